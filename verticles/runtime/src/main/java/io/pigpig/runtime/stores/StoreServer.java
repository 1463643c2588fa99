package io.pigpig.runtime.stores;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What {@link StoreProcess} must know of one kind of server to run it. Blocking throughout. */
interface StoreServer {

  /** A signal and how long a server is given to end by it. */
  record Stop(String signal, Duration patience) {}

  /** For messages: {@code Postgres}. */
  String name();

  /** The command line that serves on {@code port} of the loopback interface, in the foreground. */
  List<String> command(int port);

  /**
   * What the server's environment has beside that of this JVM. Only its own user can read it, where
   * everybody can read a command line: what is secret belongs here.
   */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** Whether a process with this command line was started by {@link #command} for this folder. */
  boolean startedBy(List<String> commandLine);

  /** The process that the server's own pid file names, or nothing. */
  OptionalLong pidFile();

  /** Removes what a dead server leaves behind: children that outlive it, a stale pid file. */
  void clean();

  /** Whether a client is served on {@code port} now; answers within a second. */
  boolean serves(int port);

  /** Signals from the kindest to the last. */
  List<Stop> stops();

  /** Where the server's output goes. */
  Path log();
}
