package io.pigpig.cluster.hazelcast;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link NodeMain} in a JVM of its own. Blocking; close it in the end. */
public final class NodeProcess implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(NodeProcess.class);

  private final String name;
  private final List<String> prefix;
  private final List<String> arguments;
  private final Path output;
  private final Path log;
  private Process jvm;
  private int restarts;

  /**
   * Starts one.
   *
   * @param prefix a command that runs the program elsewhere, such as in a network namespace
   */
  public NodeProcess(String name, Path folder, List<String> prefix, List<String> arguments) {
    this.name = name;
    this.prefix = prefix;
    this.arguments = arguments;
    this.output = folder.resolve(name + ".out");
    this.log = folder.resolve(name + ".log");
    this.jvm = launch();
  }

  private Process launch() {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + output.getParent(),
            NodeMain.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  /** What it last said of itself, or nothing. */
  String state() {
    try {
      List<String> lines = Files.exists(output) ? Files.readAllLines(output) : List.of();
      // A line that is being written is not whole yet.
      return lines.reversed().stream().filter(it -> it.endsWith(".")).findFirst().orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean says(String text) {
    return jvm.isAlive() && (" " + state() + " ").contains(" " + text + " ");
  }

  public boolean hasHeard(String news) {
    return jvm.isAlive()
        && List.of(state().replaceAll(".* |\\.$", "").split(",", -1)).contains(news);
  }

  void publish(String news) {
    tell("publish " + news);
  }

  /** Its Hazelcast member ends, and the process does not. */
  void loseMembership() {
    tell("terminate");
  }

  private void tell(String command) {
    PrintStream in = new PrintStream(jvm.getOutputStream(), true, StandardCharsets.UTF_8);
    // One that has just ended does not read; the supervisor sees to it.
    in.println(command);
  }

  /** What a supervisor does: starts it again when it has ended. Answers how often it has so far. */
  int supervise() {
    if (!jvm.isAlive()) {
      logger.info("{} ended with {} and is started again", name, jvm.exitValue());
      restarts++;
      jvm = launch();
    }
    return restarts;
  }

  /** Stops the program where it is, as a machine does that swaps or a hypervisor that migrates. */
  public void standStill() {
    signal("STOP");
  }

  public void goOn() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("no signal " + signal + " for " + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public void kill9() {
    jvm.destroyForcibly();
    try {
      if (!jvm.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " outlives its kill");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill9();
  }

  /** Waits for its end. */
  int exitCode() {
    try {
      if (!jvm.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("still running: " + log());
      }
      return jvm.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Its log so far, for a failure's message. */
  public String log() {
    try {
      return name + ": " + state() + "\n" + Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
