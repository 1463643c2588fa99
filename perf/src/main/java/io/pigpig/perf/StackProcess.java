package io.pigpig.perf;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
 * A stack of our own, started as {@code ./edge up} in its own session on a data folder, and every
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

  private static final Duration READY = Duration.ofMinutes(3);
  private static final Duration STOP = Duration.ofSeconds(40);

  /** Where a stack listens. */
  record Ports(int http, int management, int grpc) {}

  private final Path root;
  private final String verb;
  private final List<String> flags;
  private final StackFiles files;
  private final Ports ports;
  private final StackFiles stores;
  private final Wait wait = new Wait(Ticker.system());
  private final List<Process> started = new ArrayList<>();
  private CompletableFuture<@Nullable Instant> ended = new CompletableFuture<>();

  /**
   * @param flags of {@code ./edge up} beside folder and ports
   */
  StackProcess(Path root, Path data, Ports ports, List<String> flags) {
    this(root, data, ports, flags, new StackFiles(data));
  }

  /**
   * @param stores of the stack whose stores and peers this one works on
   */
  StackProcess(Path root, Path data, Ports ports, List<String> flags, StackFiles stores) {
    this.root = root;
    this.verb = "up";
    this.flags = List.copyOf(flags);
    this.files = new StackFiles(data);
    this.ports = ports;
    this.stores = stores;
  }

  private StackProcess(StackProcess other, String verb) {
    this.root = other.root;
    this.verb = verb;
    this.flags = other.flags;
    this.files = other.files;
    this.ports = other.ports;
    this.stores = other.stores;
  }

  /** The same by another command of the edge script than {@code up}, before it is started. */
  StackProcess by(String other) {
    return new StackProcess(this, other);
  }

  StackFiles files() {
    return files;
  }

  Ports ports() {
    return ports;
  }

  /** Starts it and returns when readiness answers 200. Throws IOException with the log's place. */
  void start() throws IOException {
    start(List.of());
  }

  /**
   * As {@link #start()}, with more flags for the JVM. If they make the program end before it is
   * ready, that is no failure: {@link #isAlive} tells.
   */
  void start(List<String> jvmFlags) throws IOException {
    requireFree(ports.http(), "--port");
    requireFree(ports.management(), "--management-port");
    Files.createDirectories(files.data());
    File log = log().toFile();
    List<String> words =
        new ArrayList<>(List.of("setsid", root.resolve("edge").toString(), verb, "--data"));
    words.addAll(List.of(files.data().toString(), "--port", Integer.toString(ports.http())));
    words.addAll(List.of("--management-port", Integer.toString(ports.management())));
    words.addAll(flags);
    ProcessBuilder command =
        new ProcessBuilder(words)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    // A killed JVM leaves its temporary files behind; here they go with the folder.
    command
        .environment()
        .merge("PIGPIG_JAVA_OPTS", "-Djava.io.tmpdir=" + files.data(), (a, b) -> a + " " + b);
    for (String flag : jvmFlags) {
      command.environment().merge("PIGPIG_JAVA_OPTS", flag, (a, b) -> a + " " + b);
    }
    Process process = command.start();
    started.add(process);
    ended = process.onExit().thenApply(end -> Instant.now());
    try (HttpShop management = new HttpShop(ports.management())) {
      boolean ready = wait.until(READY, () -> !process.isAlive() || isReady(management));
      if (!ready || (!process.isAlive() && jvmFlags.isEmpty())) {
        throw new IOException("./edge " + verb + " did not become ready; it said:\n" + said());
      }
    }
  }

  /** Whoever listens there already would be measured in place of ours. */
  private static void requireFree(int port, String flag) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (BindException taken) {
      throw new IOException(
          "port " + port + " is in use; stop what listens there, or choose another " + flag, taken);
    }
  }

  private Path log() {
    return files.data().resolve("edge-up.log");
  }

  /** The last lines that the program has written. */
  String said() throws IOException {
    List<String> lines = Files.readAllLines(log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  /** Whether a process of a cluster serves, by its readiness. */
  boolean isReady(String member) {
    // The first gateway has the management port of the whole.
    boolean front = member.equals("gateway-1");
    try (HttpShop management = new HttpShop(front ? ports.management() : files.port(member))) {
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

  /** Sends the program's JVM a signal, such as {@code -STOP}, and waits until it is sent. */
  void signal(String signal) throws IOException {
    signal(signal, JVM);
  }

  /** Sends a part a signal; of Postgres to each of its processes. */
  void signal(String signal, String part) throws IOException {
    List<String> command = new ArrayList<>(List.of("kill", signal, Long.toString(pid(part))));
    if (part.equals(POSTGRES)) {
      ProcessHandle.of(pid(part)).stream()
          .flatMap(ProcessHandle::descendants)
          .forEach(child -> command.add(Long.toString(child.pid())));
    }
    awaitEnd(new ProcessBuilder(command).start());
  }

  /** SIGTERM, and the wait for the drained exit. Throws IOException when it does not come. */
  void stop() throws IOException {
    Process process = started.getLast();
    ProcessHandle.of(pid(JVM)).ifPresent(ProcessHandle::destroy);
    awaitEnd(process);
  }

  private static void awaitEnd(Process process) throws IOException {
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("./edge up did not end within " + STOP.toSeconds() + " s");
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
