package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Postgres' own program that makes a database cluster. Blocking, a minute at most. */
final class InitDb {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

  private final ServerBinaries binaries;
  private final Path log;

  /**
   * @param log where its output goes
   */
  InitDb(ServerBinaries binaries, Path log) {
    this.binaries = binaries;
    this.log = log;
  }

  /**
   * Makes a cluster in {@code fresh}, which must not be there.
   *
   * @throws StartupFailure with one line when it fails, or the thread is interrupted; nothing of it
   *     runs then
   */
  void run(Path fresh, String user, Path passwordFile) throws IOException {
    List<String> command = new ArrayList<>(PostgresServer.asOrdinaryUser());
    command.add(binaries.postgres().resolve("bin/initdb").toString());
    command.addAll(List.of("-D", fresh.toString(), "-U", user, "-A", "scram-sha-256"));
    command.addAll(List.of("--pwfile", passwordFile.toString(), "-E", "UTF8"));
    // Byte order: the same on every machine, and the fastest to compare.
    command.addAll(List.of("--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C"));
    Process initdb =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!finished(initdb, fresh)) {
      end(initdb, fresh);
      throw new StartupFailure(
          "initdb did not end within " + PATIENCE.toSeconds() + " s (" + log + ").");
    }
    if (initdb.exitValue() != 0) {
      throw failed();
    }
  }

  private static boolean finished(Process initdb, Path fresh) {
    try {
      return initdb.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      end(initdb, fresh);
      throw StoreProcess.interrupted(e);
    }
  }

  /** The server that initdb talks to works in the folder and would end a little later. */
  private static void end(Process initdb, Path fresh) {
    initdb.destroyForcibly();
    StoreProcess.ended(initdb.toHandle(), KILL_PATIENCE);
    PostgresServer.endAllIn(fresh);
  }

  private StartupFailure failed() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    if (lines.isEmpty() || lines.stream().anyMatch(l -> l.contains(StartupFailure.DISK_FULL))) {
      // A disk so full that not even initdb's complaint found room.
      return StartupFailure.diskFull(log);
    }
    String error = lines.stream().filter(l -> l.contains("error:")).findFirst().orElse("");
    return new StartupFailure("initdb failed: " + error.strip() + " (" + log + ")");
  }
}
