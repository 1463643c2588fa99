package io.pigpig.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A disk whose every flush fails, as a server and its children see it: strace answers their {@code
 * fsync} and {@code fdatasync} with EIO. What was written stays in the kernel's cache; a real
 * failure might drop it.
 *
 * <p>Needs strace and the right to trace, which root has.
 */
final class FailingFsync {

  private static final int PATIENCE_SECONDS = 10;
  private static final String CALLS = "fsync,fdatasync";

  private FailingFsync() {}

  /** Throws IOException in one line when there is no strace; nothing needs to be started then. */
  static void mustBePossible() throws IOException {
    try {
      end(quiet("strace", "-V").start());
    } catch (IOException absent) {
      throw new IOException("--kill fsync needs strace (Debian: apt-get install strace)", absent);
    }
  }

  /**
   * Lets the flushes of {@code server} and of all its children, also of those to come, fail for
   * {@code enough}, or until the server has ended of it.
   *
   * @param log of the server
   * @return whether the server noticed: its log says that it panicked
   */
  static boolean of(ProcessHandle server, Path log, Wait wait, Duration enough) throws IOException {
    long logBytes = Files.size(log);
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
    command.addAll(List.of("-e", "trace=" + CALLS, "-e", "inject=" + CALLS + ":error=EIO"));
    // The server first: what it starts from then on is followed, what it has started is listed.
    command.addAll(List.of("-p", Long.toString(server.pid())));
    server.descendants().forEach(c -> command.addAll(List.of("-p", Long.toString(c.pid()))));
    Process strace = quiet(command.toArray(String[]::new)).start();
    boolean endedByItself;
    try {
      endedByItself = wait.until(enough, () -> !strace.isAlive());
    } finally {
      // By SIGTERM it lets go of the processes and ends.
      strace.destroy();
      end(strace);
    }
    boolean panicked = panicked(log, logBytes);
    if (endedByItself && !panicked) {
      throw new IOException("strace cannot follow Postgres; --kill fsync needs root");
    }
    return panicked;
  }

  private static boolean panicked(Path log, long fromBytes) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = fromBytes <= all.length ? (int) fromBytes : 0;
    return new String(all, from, all.length - from, StandardCharsets.UTF_8).contains("PANIC:");
  }

  private static ProcessBuilder quiet(String... command) {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
  }

  private static void end(Process process) throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("strace did not end within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
