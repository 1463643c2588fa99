package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The embedded Postgres 18: its data folder, its command line, its signals.
 *
 * <p>It listens on the loopback interface only, has no Unix socket, and asks for a password that is
 * chosen when the folder is made and kept readable by its owner alone. Blocking throughout.
 */
final class PostgresServer implements StoreServer {

  static final String USER = "pigpig";
  static final String DATABASE = "pigpig";

  /** For the checkpoint of its 256 MB; one that takes longer is made up for at the next start. */
  static final Duration STOP_MAX = Duration.ofSeconds(7);

  private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
  private static final int KILL_ROUNDS_MAX = 5;
  private static final int PASSWORD_BYTES = 24;

  /** More than any system's greatest pid. */
  private static final String NOBODY = Integer.toString(Integer.MAX_VALUE);

  private static final String DISK_FULL_STATE = "53100";

  /** On the command line, where they win over any file in the data folder. */
  private static final List<String> CONFIGURATION =
      List.of(
          // An acknowledged order is never lost, also not to a power failure.
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "max_connections=64",
          "shared_buffers=256MB",
          "max_wal_size=4GB",
          // The bundled build has neither lz4 nor zstd.
          "wal_compression=pglz",
          "log_checkpoints=off",
          "lc_messages=C",
          // Its supervisor starts it again. By itself it may stay "in recovery mode" for ever, when
          // the disk fails a second time while it recovers.
          "restart_after_crash=off");

  private final DataFolder folder;
  private final ServerBinaries binaries;

  PostgresServer(DataFolder folder, ServerBinaries binaries) {
    this.folder = folder;
    this.binaries = binaries;
  }

  @Override
  public String name() {
    return "Postgres";
  }

  /**
   * Makes the database cluster if there is none. It is made beside its place and renamed, so that a
   * crash on the way leaves a folder that the next start removes, never half a cluster.
   */
  void initialise() {
    Path data = folder.postgres();
    Path fresh = folder.file("postgres.new");
    try {
      if (hasCluster(data)) {
        return;
      }
      DataFolder.delete(fresh);
      writePassword();
      new InitDb(binaries, folder.run().resolve("initdb.log")).run(fresh, USER, passwordFile());
      Files.deleteIfExists(data);
      Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
      ServerBinaries.sync(folder.file(""));
    } catch (IOException e) {
      throw StartupFailure.ofFile("The database cannot be made", fresh, e);
    }
  }

  private static boolean hasCluster(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      return false;
    }
    try {
      String major = Files.readString(data.resolve("PG_VERSION")).strip();
      if (!major.equals(ServerBinaries.POSTGRES_MAJOR)) {
        throw new StartupFailure(
            "%s was made by Postgres %s, this is Postgres %s; choose another --data."
                .formatted(data, major, ServerBinaries.POSTGRES_MAJOR));
      }
      return true;
    } catch (NoSuchFileException e) {
      try (var entries = Files.list(data)) {
        if (entries.findAny().isPresent()) {
          throw new StartupFailure(data + " is not a Postgres data folder; choose another --data.");
        }
      }
      return false;
    }
  }

  private void writePassword() throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(passwordFile());
    Files.createFile(
        passwordFile(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile(), HexFormat.of().formatHex(random));
  }

  private Path passwordFile() {
    return folder.file("postgres.password");
  }

  PostgresUrl url(int port, String database) {
    try {
      String password = Files.readString(passwordFile()).strip();
      return new PostgresUrl(USER, password, "127.0.0.1", port, database, Map.of());
    } catch (IOException e) {
      throw StartupFailure.ofFile("The password of Postgres cannot be read", passwordFile(), e);
    }
  }

  /** Makes our database in a running cluster, if it is not there yet. */
  void createDatabase(int port) {
    String url = url(port, "postgres").jdbcUrl() + "&connectTimeout=5&socketTimeout=30";
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      String ours = "SELECT FROM pg_database WHERE datname = '" + DATABASE + "'";
      try (var found = statement.executeQuery(ours)) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + DATABASE);
    } catch (SQLException e) {
      if (DISK_FULL_STATE.equals(e.getSQLState())) {
        throw StartupFailure.diskFull(folder.postgres());
      }
      throw StartupFailure.ofSql("The database cannot be made", e);
    }
  }

  @Override
  public List<String> command(int port) {
    List<String> command = new ArrayList<>(ServerCommand.ownSession());
    command.addAll(asOrdinaryUser());
    command.add(binaries.postgres().resolve("bin/postgres").toString());
    command.addAll(List.of("-D", folder.postgres().toString(), "-p", Integer.toString(port)));
    for (String setting : CONFIGURATION) {
      command.addAll(List.of("-c", setting));
    }
    return command;
  }

  /** Postgres refuses to run as root; a user namespace makes it nobody without owning less. */
  static List<String> asOrdinaryUser() {
    if (!ServerCommand.isRoot()) {
      return List.of();
    }
    if (!ServerCommand.canUnshare()) {
      throw new StartupFailure(
          "Postgres does not run as root, and this system has no user namespaces; start as another"
              + " user, or use --pg URL.");
    }
    return List.of("unshare", "-U");
  }

  @Override
  public boolean startedBy(List<String> commandLine) {
    int flag = commandLine.indexOf("-D");
    return flag >= 0
        && flag + 1 < commandLine.size()
        && commandLine.get(flag + 1).equals(folder.postgres().toString())
        && commandLine.stream().anyMatch(word -> word.endsWith("/postgres"));
  }

  @Override
  public OptionalLong pidFile() {
    return ServerCommand.firstLineAsPid(postmasterPid());
  }

  private Path postmasterPid() {
    return folder.postgres().resolve("postmaster.pid");
  }

  /**
   * Backends outlive a killed postmaster until they notice, and go on committing meanwhile: all of
   * them must be gone, not only told to go, before another server reads the log, or what they
   * acknowledge is written over. Postgres looks for them as well, by the shared memory that the pid
   * file names; the file therefore stays, and only its pid is taken out: a pid that was used again,
   * or that nobody has waited for yet, makes Postgres believe that it runs already.
   */
  @Override
  public void clean() {
    endAllIn(folder.postgres());
    try {
      if (pidFile().isEmpty()) {
        Files.deleteIfExists(postmasterPid());
      } else {
        List<String> lines = new ArrayList<>(Files.readAllLines(postmasterPid()));
        lines.set(0, NOBODY);
        Files.write(postmasterPid(), lines);
      }
    } catch (IOException e) {
      throw StartupFailure.ofFile("A stale file cannot be mended", postmasterPid(), e);
    }
  }

  static void endAllIn(Path folder) {
    for (int round = 0; round < KILL_ROUNDS_MAX; round++) {
      List<ProcessHandle> left = ServerCommand.processesIn(folder).toList();
      if (left.isEmpty()) {
        return;
      }
      left.forEach(ProcessHandle::destroyForcibly);
      left.forEach(handle -> StoreProcess.ended(handle, KILL_PATIENCE));
    }
    throw new StartupFailure("Processes of an earlier Postgres cannot be ended in " + folder + ".");
  }

  @Override
  public boolean serves(int port) {
    String url = url(port, "postgres").jdbcUrl() + "&connectTimeout=1&socketTimeout=1";
    try (var connection = DriverManager.getConnection(url)) {
      return connection.isValid(1);
    } catch (SQLException e) {
      // Not yet: nothing listens, or it recovers. The caller knows how long to go on asking.
      return false;
    }
  }

  /** Fast shutdown, immediate shutdown (recovers at the next start), kill. */
  @Override
  public List<Stop> stops() {
    return List.of(
        new Stop("INT", STOP_MAX),
        new Stop("QUIT", Duration.ofSeconds(6)),
        new Stop("KILL", Duration.ofSeconds(5)));
  }

  @Override
  public Path log() {
    return folder.run().resolve("postgres.log");
  }
}
