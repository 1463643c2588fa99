package io.pigpig.edge.process;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The program in a JVM of its own, on a data folder. Blocking; whoever starts it calls {@link
 * #killAll} on the folder in the end.
 */
final class Program {

  private static final Path LOGGING =
      Path.of(System.getProperty("pigpig.root"), "edge-gateway/src/main/resources/logback.xml");
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);

  private final Process jvm;
  private final Path folder;
  private final Path output;
  private final Ports ports;

  /** Where its edge and its management listen. */
  private record Ports(int http, int management) {}

  private Program(Process jvm, Path folder, Path output, Ports ports) {
    this.jvm = jvm;
    this.folder = folder;
    this.output = output;
    this.ports = ports;
  }

  /** Starts the program on free ports and waits until it serves. */
  static Program ready(Path folder) {
    Program program = start(folder, freePort());
    program.awaitReady();
    return program;
  }

  /** Waits until it serves. */
  void awaitReady() {
    awaitReady(READY_WITHIN);
  }

  /** As {@link #awaitReady()}, for a program that has much to start. */
  void awaitReady(Duration within) {
    Eventually.holds(
        "the program ready",
        within,
        () -> {
          if (!jvm.isAlive()) {
            throw new AssertionError("the program ended: " + text());
          }
          return text().contains("is ready");
        });
  }

  /** Starts the program on this port, with more flags after the usual ones. */
  static Program start(Path folder, int port, String... flags) {
    return start(folder, port, List.of(), List.of(flags));
  }

  /** As {@link #start(Path, int, String...)}, with properties for the JVM: {@code -Dname=value}. */
  static Program start(Path folder, int port, List<String> properties, List<String> flags) {
    Ports ports = new Ports(port, freePort());
    List<String> all =
        new ArrayList<>(
            List.of(
                "--data",
                folder.toString(),
                "--port",
                Integer.toString(ports.http()),
                "--management-port",
                Integer.toString(ports.management())));
    all.addAll(flags);
    if (!flags.contains("--grpc-port")) {
      all.addAll(List.of("--grpc-port", "0"));
    }
    return run(folder, ports, properties, all);
  }

  private static Program run(
      Path folder, Ports ports, List<String> properties, List<String> flags) {
    List<String> all = new ArrayList<>(List.of("-Xmx256m"));
    all.addAll(properties);
    all.add("io.pigpig.edge.Main");
    all.addAll(flags);
    return launch(folder, ports, all);
  }

  /** What {@code ./edge status} says of a folder; the first line is its exit code. */
  static String status(Path folder) {
    Program status =
        launch(
            folder,
            new Ports(0, 0),
            List.of("-Xmx64m", "io.pigpig.edge.cli.StatusCommand", "--data", folder.toString()));
    int exitCode = status.exitCode(READY_WITHIN);
    return exitCode + System.lineSeparator() + status.text();
  }

  private static Program launch(Path folder, Ports ports, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                // Its own: the test class path has another, of the tests of a module.
                "-Dlogback.configurationFile=" + LOGGING,
                // A killed JVM leaves its temporary files behind; here they go with the test's
                // folder.
                "-Djava.io.tmpdir=" + folder.getParent()));
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile(folder.getParent(), "program", ".log");
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      // Not on the command line, of which the system shows only the beginning, see processesOf.
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      builder.environment().keySet().removeIf(name -> name.startsWith("PIGPIG_"));
      return new Program(builder.redirectOutput(output.toFile()).start(), folder, output, ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return ports.http();
  }

  int managementPort() {
    return ports.management();
  }

  long pid() {
    return jvm.pid();
  }

  /** Everything that the program has said on its terminal. */
  String text() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines that are for the operator: those that the command begins with its name. */
  List<String> complaints() {
    return text().lines().filter(line -> line.startsWith("edge: ")).toList();
  }

  /** Asks the program to stop, as SIGTERM does. */
  void terminate() {
    jvm.destroy();
  }

  /** Stops the JVM where it stands, until {@link #goOn}. */
  void pause() {
    signal("-STOP");
  }

  /** Lets a paused JVM go on. */
  void goOn() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(pid())).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean isRunning() {
    return jvm.isAlive();
  }

  /** Kills the JVM alone, as {@code kill -9} does. */
  void kill9() {
    jvm.destroyForcibly();
    exitCode(Duration.ofSeconds(10));
  }

  int exitCode(Duration patience) {
    try {
      if (!jvm.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running: " + text());
      }
      return jvm.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  long postgresPid() {
    return recorded(folder.resolve("run/postgres.process")).iterator().next();
  }

  long redisPid() {
    return recorded(folder.resolve("run/redis.process")).iterator().next();
  }

  static void kill9(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Eventually.holds("the end of " + pid, Duration.ofSeconds(10), () -> !isAlive(pid));
  }

  /** A process that has ended but was not waited for by its parent has no command any more. */
  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).isPresent();
  }

  /** Processes that run for this folder: program, stores and their children. */
  static Set<Long> processesOf(Path folder) {
    Set<Long> pids = new HashSet<>(recorded(folder.resolve("run/postgres.process")));
    pids.addAll(recorded(folder.resolve("run/redis.process")));
    ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains(folder.toString()))
        .forEach(p -> pids.add(p.pid()));
    pids.removeIf(pid -> !isAlive(pid));
    return pids;
  }

  /** Over and over, since a program that lives a little longer starts its stores again. */
  static void killAll(Path folder) {
    Eventually.holds(
        "no process of " + folder,
        Duration.ofSeconds(20),
        () -> {
          Set<Long> left = processesOf(folder);
          left.forEach(Program::kill9);
          return left.isEmpty();
        });
  }

  private static Set<Long> recorded(Path file) {
    try {
      return Files.exists(file)
          ? Set.of(Long.parseLong(Files.readString(file).split(" ", -1)[0]))
          : Set.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
