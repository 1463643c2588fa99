package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the operating system offers for running a server of ours. Blocking, bounded. */
final class ServerCommand {

  private static final int UNSHARE_PATIENCE_S = 5;

  private ServerCommand() {}

  /**
   * Ctrl-C signals the terminal's whole process group; a store in it would stop before the orders
   * in flight are drained. A session of its own keeps it out. Empty where there is no setsid.
   */
  static List<String> ownSession() {
    return ServerBinaries.onPath("setsid")
        .findFirst()
        .map(p -> List.of(p.toString()))
        .orElse(List.of());
  }

  static boolean isRoot() {
    return ProcessHandle.current().info().user().filter("root"::equals).isPresent();
  }

  /** Whether a process may make a user namespace in which it is not root. */
  static boolean canUnshare() {
    try {
      Process unshare =
          new ProcessBuilder("unshare", "-U", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (unshare.waitFor(UNSHARE_PATIENCE_S, TimeUnit.SECONDS)) {
        return unshare.exitValue() == 0;
      }
      unshare.destroyForcibly();
      return false;
    } catch (IOException e) {
      // No unshare on this system.
      return false;
    } catch (InterruptedException e) {
      throw StoreProcess.interrupted(e);
    }
  }

  /** The pid that the first line of a server's pid file says, or nothing. */
  static OptionalLong firstLineAsPid(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.limit(1).mapToLong(line -> Long.parseLong(line.strip())).findFirst();
    } catch (IOException | NumberFormatException e) {
      // Absent, or torn by a crash: then it names nobody.
      return OptionalLong.empty();
    }
  }

  /** Processes that work in {@code folder}, as far as the system lets us see. */
  static Stream<ProcessHandle> processesIn(Path folder) {
    return ProcessHandle.allProcesses().filter(handle -> worksIn(handle, folder));
  }

  private static boolean worksIn(ProcessHandle handle, Path folder) {
    try {
      Path cwd = Path.of("/proc", Long.toString(handle.pid()), "cwd");
      return Files.readSymbolicLink(cwd).equals(folder);
    } catch (IOException e) {
      // It ended, or it is another user's and so not ours.
      return false;
    }
  }
}
