package io.pigpig.perf;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that a stack is started by.
 *
 * @param root of the checkout whose edge script it is
 * @param verb {@code up}, or another command of that script that takes the same flags
 * @param data the folder of its stores
 * @param flags beside folder and ports
 */
record StackCommand(Path root, String verb, Path data, Ports ports, List<String> flags) {

  private static final String JVM_FLAGS = "PIGPIG_JAVA_OPTS";

  /** Where a stack listens. */
  record Ports(int http, int management, int grpc) {}

  StackCommand {
    flags = List.copyOf(flags);
  }

  static StackCommand up(Path root, Path data, Ports ports, List<String> flags) {
    return new StackCommand(root, "up", data, ports, flags);
  }

  /** The same by another command of the edge script. */
  StackCommand by(String other) {
    return new StackCommand(root, other, data, ports, flags);
  }

  /** For people. */
  @Override
  public String toString() {
    return "./edge " + verb;
  }

  /**
   * In a session of its own.
   *
   * @param jvmFlags beside those that the script gives
   */
  ProcessBuilder serving(List<String> jvmFlags) {
    List<String> words = new ArrayList<>(List.of("setsid", script(), verb));
    words.addAll(List.of("--data", data.toString()));
    words.addAll(List.of("--port", Integer.toString(ports.http())));
    words.addAll(List.of("--management-port", Integer.toString(ports.management())));
    words.addAll(List.of("--grpc-port", Integer.toString(ports.grpc())));
    words.addAll(flags);
    ProcessBuilder command = new ProcessBuilder(words).directory(root.toFile());
    List<String> all = new ArrayList<>();
    String given = command.environment().get(JVM_FLAGS);
    if (given != null) {
      all.add(given);
    }
    // A killed JVM leaves its temporary files behind; here they go with the folder.
    all.add("-Djava.io.tmpdir=" + data);
    all.addAll(jvmFlags);
    command.environment().put(JVM_FLAGS, String.join(" ", all));
    return command;
  }

  /** Builds what it needs, and starts nothing. */
  ProcessBuilder building() {
    return new ProcessBuilder(script(), "up", "--help").directory(root.toFile());
  }

  private String script() {
    return root.resolve("edge").toString();
  }

  /** Throws IOException for a port where somebody listens, who would be measured instead. */
  void requireFreePorts() throws IOException {
    requireFree(ports.http(), "--port");
    requireFree(ports.management(), "--management-port");
    requireFree(ports.grpc(), "--grpc-port");
  }

  private static void requireFree(int port, String flag) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (BindException taken) {
      throw new IOException(
          "port " + port + " is in use; stop what listens there, or choose another " + flag, taken);
    }
  }
}
