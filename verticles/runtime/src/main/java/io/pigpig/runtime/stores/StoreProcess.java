package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One embedded server as an operating system process: reclaimed, started, stopped.
 *
 * <p>Owner: the thread that starts the stores, then the supervisor's, never two at once. Every call
 * blocks, bounded by the patience it names.
 */
final class StoreProcess {

  private static final Logger LOG = LoggerFactory.getLogger(StoreProcess.class);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int PORT_TRIES = 3;

  private final StoreServer server;
  private final DataFolder folder;
  private final Path record;
  private final ServerLog log;
  private final Ticker ticker;
  private volatile @Nullable Process process;

  StoreProcess(StoreServer server, DataFolder folder, Ticker ticker) {
    this.server = server;
    this.folder = folder;
    this.log = new ServerLog(server.log());
    this.record = folder.run().resolve(server.name().toLowerCase(Locale.ROOT));
    this.ticker = ticker;
  }

  String name() {
    return server.name();
  }

  /** The pid of the last started process. */
  long pid() {
    return started().pid();
  }

  /** Completes when the last started process ends. */
  CompletableFuture<Process> onExit() {
    return started().onExit();
  }

  /** What the last started process ended with. */
  int exitCode() {
    return started().exitValue();
  }

  private Process started() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException(server.name() + " was not started");
    }
    return current;
  }

  /** Stops what an earlier JVM left running on this folder, and only that. */
  void reclaim() {
    try {
      Optional<ProcessRecord> recorded = ProcessRecord.read(recordFile());
      recorded
          .flatMap(r -> ProcessHandle.of(r.pid()).filter(r::isOf))
          .filter(this::isOurs)
          .ifPresent(this::stopLeftover);
      server.pidFile().stream()
          .mapToObj(ProcessHandle::of)
          .flatMap(Optional::stream)
          .filter(this::isOurs)
          .forEach(this::stopLeftover);
      Files.deleteIfExists(recordFile());
      server.clean();
    } catch (IOException e) {
      throw StartupFailure.ofFile(server.name() + " cannot be reclaimed", recordFile(), e);
    }
  }

  private boolean isOurs(ProcessHandle handle) {
    List<String> commandLine = new ArrayList<>();
    handle.info().command().ifPresent(commandLine::add);
    handle.info().arguments().ifPresent(arguments -> commandLine.addAll(List.of(arguments)));
    return handle.isAlive() && server.startedBy(commandLine);
  }

  private void stopLeftover(ProcessHandle handle) {
    LOG.info("stops {} process {} that an earlier run left behind", server.name(), handle.pid());
    end(handle);
  }

  /**
   * Starts the server and waits until it serves.
   *
   * @throws StartupFailure if it ends early or does not serve within {@code patience}
   */
  void start(int port, Duration patience) {
    if (!DataFolder.isFree(port)) {
      // Whoever has it would answer in the place of ours while that is still starting.
      throw new StartupFailure(server.name() + " cannot have port " + port + ": it is in use");
    }
    try {
      log.begin();
      ProcessBuilder builder =
          new ProcessBuilder(server.command(port))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(server.log().toFile()));
      builder.environment().putAll(server.environment());
      Process fresh = builder.start();
      process = fresh;
      fresh.getOutputStream().close();
      ProcessRecord.of(fresh.toHandle()).write(recordFile());
      awaitServing(fresh, port, patience);
    } catch (IOException e) {
      throw StartupFailure.ofFile(server.name() + " did not start", server.log(), e);
    }
  }

  /**
   * Starts it on the port that {@code portName} keeps, or on another one when that was taken while
   * it started.
   *
   * @return the port
   * @throws StartupFailure as {@link #start}; it is stopped then
   */
  int startOnItsPort(String portName, Duration patience) {
    for (int attempt = 1; ; attempt++) {
      int port = folder.port(portName);
      try {
        start(port, patience);
        return port;
      } catch (RuntimeException e) {
        stop();
        if (attempt == PORT_TRIES || DataFolder.isFree(port)) {
          throw e;
        }
      }
    }
  }

  /** Tells whoever reads the run folder how often it was started again. */
  void recordRestarts(int times) {
    try {
      if (times == 0) {
        Files.deleteIfExists(restartsFile());
      } else {
        Files.writeString(restartsFile(), Integer.toString(times));
      }
    } catch (IOException e) {
      LOG.warn("cannot write {}", restartsFile(), e);
    }
  }

  private Path restartsFile() {
    return record.resolveSibling(record.getFileName() + RunFolder.RESTARTS);
  }

  private void awaitServing(Process fresh, int port, Duration patience) throws IOException {
    long deadlineNanos = ticker.nanos() + patience.toNanos();
    while (!server.serves(port)) {
      if (exited(fresh, POLL)) {
        throw failure("ended at once with exit code " + fresh.exitValue());
      }
      if (ticker.nanos() - deadlineNanos > 0) {
        end(fresh.toHandle());
        throw failure("did not serve within " + patience.toSeconds() + " s");
      }
    }
    if (!fresh.isAlive()) {
      throw failure("ended at once; something else listens on its port " + port);
    }
  }

  /**
   * Stops the server, if it runs: asked first, killed at last. Waits for its end also on a thread
   * that was interrupted, which is how a start is broken off.
   */
  void stop() {
    boolean interrupted = Thread.interrupted();
    try {
      stopNow();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void stopNow() {
    Process current = process;
    if (current != null && current.isAlive()) {
      end(current.toHandle());
    }
    try {
      Files.deleteIfExists(recordFile());
    } catch (IOException e) {
      LOG.warn("cannot delete {}", recordFile(), e);
    }
  }

  private void end(ProcessHandle handle) {
    for (StoreServer.Stop stop : server.stops()) {
      signal(handle, stop.signal());
      if (ended(handle, stop.patience())) {
        return;
      }
      LOG.warn(
          "{} process {} did not end within {} s of SIG{}",
          server.name(),
          handle.pid(),
          stop.patience().toSeconds(),
          stop.signal());
    }
    throw new StartupFailure(
        server.name() + " process " + handle.pid() + " cannot be stopped; stop it by hand.");
  }

  /** Java itself can only send SIGTERM and SIGKILL; the first means "wait for clients" here. */
  private static void signal(ProcessHandle handle, String signal) {
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + handle.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!exited(kill, Duration.ofSeconds(2))) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      throw new StartupFailure("Cannot signal process " + handle.pid() + ".", e);
    }
  }

  /** Whether the process ends within {@code patience}. */
  static boolean ended(ProcessHandle handle, Duration patience) {
    try {
      handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static boolean exited(Process process, Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static StartupFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartupFailure("Interrupted while waiting for a store.", e);
  }

  private StartupFailure failure(String what) throws IOException {
    List<String> lines = log.tail();
    if (lines.stream().anyMatch(line -> line.contains(StartupFailure.DISK_FULL))) {
      return StartupFailure.diskFull(server.log());
    }
    String last =
        lines.reversed().stream()
            .filter(line -> line.contains("FATAL") || line.contains("PANIC"))
            .findFirst()
            .orElse(lines.isEmpty() ? "" : lines.getLast());
    return new StartupFailure(
        server.name() + " " + what + ": " + last.strip() + " (" + server.log() + ")");
  }

  private Path recordFile() {
    return record.resolveSibling(record.getFileName() + RunFolder.PROCESS);
  }
}
