package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A sandbox peer (payment, carrier) as a JVM of its own on this JVM's class path. It keeps its
 * ledger in the data folder and listens on the loopback interface only. Blocking throughout.
 */
final class SandboxServer implements StoreServer {

  private static final int PATIENCE_MS = 500;
  private static final String MAIN = "io.pigpig.sandbox.SandboxMain";

  private final DataFolder folder;
  private final String peer;
  private final List<String> flags;

  /**
   * @param peer {@code payment} or {@code carrier}
   * @param flags beside port and folder
   */
  SandboxServer(DataFolder folder, String peer, List<String> flags) {
    this.folder = folder;
    this.peer = peer;
    this.flags = List.copyOf(flags);
  }

  @Override
  public String name() {
    return "sandbox-" + peer;
  }

  String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private Path data() {
    return folder.file("sandbox").resolve(peer);
  }

  @Override
  public List<String> command(int port) {
    List<String> command = new ArrayList<>(ServerCommand.ownSession());
    // Not as -cp: of a long command line the system shows nothing, see startedBy.
    command.addAll(List.of("env", "CLASSPATH=" + System.getProperty("java.class.path")));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dpigpig.sandbox=" + data());
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-Xmx128m"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of(MAIN, peer));
    command.addAll(List.of("--port", Integer.toString(port), "--data", data().toString()));
    command.addAll(flags);
    return command;
  }

  @Override
  public boolean startedBy(List<String> commandLine) {
    return commandLine.contains("-Dpigpig.sandbox=" + data());
  }

  /** The sandbox keeps none: its ledger is locked by the process that has it open. */
  @Override
  public OptionalLong pidFile() {
    return OptionalLong.empty();
  }

  @Override
  public void clean() {}

  @Override
  public boolean serves(int port) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MS);
      String request = "GET /health HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
      return answer.equals("HTTP/1.1 200");
    } catch (IOException e) {
      // Not yet; the caller knows how long to go on asking.
      return false;
    }
  }

  @Override
  public List<Stop> stops() {
    return List.of(
        new Stop("TERM", Duration.ofSeconds(5)), new Stop("KILL", Duration.ofSeconds(5)));
  }

  @Override
  public Path log() {
    return folder.run().resolve("sandbox-" + peer + ".log");
  }
}
