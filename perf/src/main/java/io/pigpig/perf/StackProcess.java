package io.pigpig.perf;

import io.pigpig.perf.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stack of our own, started by the edge script in its own session on a data folder, and every
 * process that belongs to it.
 *
 * <p>Owned by one thread. {@link #close} leaves no process behind, whatever happened before.
 */
final class StackProcess implements AutoCloseable {

  static final String JVM = "jvm";
  static final String POSTGRES = "postgres";
  static final String REDIS = "redis";
  static final String PAYMENT = "sandbox-payment";
  static final String CARRIER = "sandbox-carrier";

  private static final List<String> STORES = List.of(POSTGRES, REDIS);

  private static final int LOG_LINES = 20;

  /** As the runtime's CrashPoint ends it. */
  private static final int CRASHED = 137;

  /** What the script itself gives another build that it waits for, and its own build's start. */
  private static final Duration BUILT = Duration.ofMinutes(16);

  private static final Duration READY = Duration.ofMinutes(3);
  private static final Duration STOP = Duration.ofSeconds(40);

  private final StackCommand command;
  private final StackFiles files;
  private final StackFiles stores;
  private final Wait wait = new Wait(Ticker.system());
  private final List<Process> started = new ArrayList<>();
  private CompletableFuture<@Nullable Instant> ended = new CompletableFuture<>();

  StackProcess(StackCommand command) {
    this(command, new StackFiles(command.data()));
  }

  /**
   * @param stores of the stack whose stores and peers this one works on
   */
  StackProcess(StackCommand command, StackFiles stores) {
    this.command = command;
    this.files = new StackFiles(command.data());
    this.stores = stores;
  }

  StackFiles files() {
    return files;
  }

  StackCommand.Ports ports() {
    return command.ports();
  }

  /**
   * Builds the checkout that it is started from, which is none of the time that a start may take.
   * Throws IOException with what the build said.
   */
  void build() throws IOException {
    Process build = logged(command.building()).start();
    if (!wait.until(BUILT, () -> !build.isAlive())) {
      build.destroy();
      throw new IOException(command.root() + " was not built within " + BUILT + said());
    }
    if (build.exitValue() != 0) {
      throw new IOException(command.root() + " cannot be built" + said());
    }
  }

  private ProcessBuilder logged(ProcessBuilder builder) throws IOException {
    Files.createDirectories(files.data());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
  }

  /** Starts it and returns when readiness answers 200. Throws IOException with what it said. */
  void start() throws IOException {
    start(List.of());
  }

  /**
   * As {@link #start()}, with more flags for the JVM. If they make the program end before it is
   * ready, that is no failure: {@link #isAlive} tells.
   */
  void start(List<String> jvmFlags) throws IOException {
    command.requireFreePorts();
    Process process = logged(command.serving(jvmFlags)).start();
    started.add(process);
    ended = process.onExit().thenApply(end -> Instant.now());
    try (HttpShop management = new HttpShop(ports().management())) {
      boolean ready = wait.until(READY, () -> !process.isAlive() || isReady(management));
      if (!ready || (!process.isAlive() && jvmFlags.isEmpty())) {
        throw new IOException(command + " did not become ready" + said());
      }
    }
  }

  private Path log() {
    return files.data().resolve("edge-up.log");
  }

  /** The last lines that the program has written, as the end of a message. */
  String said() throws IOException {
    List<String> lines = Files.readAllLines(log());
    return "; it said:\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  /** Whether a process of a cluster serves, by its readiness. */
  boolean isReady(String member) {
    // The first gateway has the management port of the whole.
    boolean front = member.equals("gateway-1");
    try (HttpShop management = new HttpShop(front ? ports().management() : files.port(member))) {
      return isReady(management);
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean isReady(HttpShop management) {
    try {
      return management.get("/health/ready", "").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Where the Postgres that it works on is. */
  String postgresUrl() throws IOException {
    return stores.postgresUrl();
  }

  /** Where a store or peer that it works with listens. */
  int port(String part) throws IOException {
    return stores.port(part);
  }

  /** The process of a part: one of {@link #JVM}, {@link #POSTGRES}, {@link #REDIS}. */
  long pid(String part) throws IOException {
    OptionalLong recorded = files.pid(part);
    if (recorded.isPresent()) {
      return recorded.getAsLong();
    }
    if (part.equals(JVM) && !started.isEmpty()) {
      return javaIn(started.getLast().toHandle());
    }
    throw new IOException("no pid of " + part + " in " + files.data().resolve("run"));
  }

  /** The same; empty when it cannot be found. */
  OptionalLong pidNow(String part) {
    try {
      return OptionalLong.of(pid(part));
    } catch (IOException notThere) {
      return OptionalLong.empty();
    }
  }

  private static long javaIn(ProcessHandle top) throws IOException {
    List<ProcessHandle> all = new ArrayList<>(top.descendants().toList());
    all.addFirst(top);
    return all.stream()
        .filter(p -> p.info().command().filter(c -> c.endsWith("/java")).isPresent())
        .mapToLong(ProcessHandle::pid)
        .findFirst()
        .orElseThrow(() -> new IOException("no java process under " + top.pid()));
  }

  /** Whether the program started last still runs. */
  boolean isAlive() {
    return !started.isEmpty() && started.getLast().isAlive();
  }

  /** {@code kill -9} of each part, as close together as one thread can. */
  void kill(List<String> parts) throws IOException {
    List<Long> pids = new ArrayList<>();
    for (String part : parts) {
      pids.add(pid(part));
    }
    pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    if (parts.contains(JVM)) {
      awaitEnd(started.getLast());
    }
  }

  /** When the program started last ended, or null while it runs. */
  @Nullable Instant endedAt() {
    return ended.getNow(null);
  }

  /** Whether the program started last halted itself at a crash point. */
  boolean endedByCrashPoint() {
    return !isAlive() && !started.isEmpty() && started.getLast().exitValue() == CRASHED;
  }

  /** Sends the program's JVM a signal, such as {@code -STOP}, and returns once it is sent. */
  void signal(String signal) throws IOException {
    signal(signal, JVM);
  }

  /**
   * Sends a part a signal; of Postgres to each of its processes, the first one first: once it is
   * stopped it starts no others.
   */
  void signal(String signal, String part) throws IOException {
    long pid = pid(part);
    Signal.send(signal, pid);
    if (part.equals(POSTGRES)) {
      List<ProcessHandle> children =
          ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).toList();
      for (ProcessHandle child : children) {
        // A session may end at any time.
        Signal.sendUnlessGone(signal, child);
      }
    }
  }

  /** SIGTERM, and the wait for the drained exit. Throws IOException when it does not come. */
  void stop() throws IOException {
    Process process = started.getLast();
    ProcessHandle.of(pid(JVM)).ifPresent(ProcessHandle::destroy);
    awaitEnd(process);
  }

  private void awaitEnd(Process process) throws IOException {
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(command + " did not end within " + STOP.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the stack ended", e);
    }
  }

  @Override
  public void close() {
    try {
      if (!started.isEmpty() && started.getLast().isAlive()) {
        Interruption.during(this::stop);
      }
    } catch (IOException e) {
      System.err.println("stack: " + e.getMessage() + "; killing it");
    }
    List<ProcessHandle> below = started.stream().flatMap(Process::descendants).toList();
    // First: it would start its stores again.
    started.forEach(Process::destroyForcibly);
    below.forEach(ProcessHandle::destroyForcibly);
    for (String child : files.processes()) {
      files.pid(child).ifPresent(pid -> killOurs(child, pid));
    }
  }

  /** Pids are used again: only a store, or a JVM that names the folder, is ours. */
  private void killOurs(String child, long pid) {
    ProcessHandle.of(pid)
        .filter(p -> isOurs(child, p.info()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private boolean isOurs(String child, ProcessHandle.Info info) {
    return STORES.contains(child)
        ? info.command().filter(program -> program.contains(child)).isPresent()
        : info.commandLine().filter(line -> line.contains(files.data().toString())).isPresent();
  }
}
