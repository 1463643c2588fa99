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

/** Runs an {@link OwnProgram} on the loopback interface. Blocking throughout. */
final class JavaServer implements StoreServer {

  private static final int PATIENCE_MS = 500;

  private final DataFolder folder;
  private final OwnProgram program;

  JavaServer(DataFolder folder, OwnProgram program) {
    this.folder = folder;
    this.program = program;
  }

  @Override
  public String name() {
    return program.name();
  }

  String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** By this another JVM on the same folder knows the process again. */
  private String mark() {
    return "-Dpigpig.program=" + folder.run().resolve(program.name());
  }

  @Override
  public List<String> command(int port) {
    List<String> command = new ArrayList<>(ServerCommand.ownSession());
    // Not as -cp: of a long command line the system shows nothing, see startedBy.
    command.addAll(List.of("env", "CLASSPATH=" + System.getProperty("java.class.path")));
    program.environment().forEach((name, value) -> command.add(name + "=" + value));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(mark());
    command.addAll(program.jvmFlags());
    command.add(program.mainClass());
    command.addAll(program.arguments().apply(port));
    return command;
  }

  @Override
  public boolean startedBy(List<String> commandLine) {
    return commandLine.contains(mark());
  }

  /** It keeps none. */
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
      String request =
          "GET " + program.health() + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
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
    return List.of(new Stop("TERM", program.drain()), new Stop("KILL", Duration.ofSeconds(5)));
  }

  @Override
  public Path log() {
    return folder.run().resolve(program.name() + ".log");
  }
}
