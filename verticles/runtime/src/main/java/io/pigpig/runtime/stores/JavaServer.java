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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an {@link OwnProgram} on the loopback interface. Blocking throughout. */
final class JavaServer implements StoreServer {

  private static final Logger LOG = LoggerFactory.getLogger(JavaServer.class);
  private static final int PATIENCE_MS = 500;

  /** The property that names the link to the jar of what was built last. */
  private static final String JAR_LINK = "pigpig.jar";

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

  static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** By this another JVM on the same folder knows the process again. */
  private String mark() {
    return "-Dpigpig.program=" + folder.run().resolve(program.name());
  }

  @Override
  public List<String> command(int port) {
    List<String> command = new ArrayList<>(ServerCommand.ownSession());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(mark());
    command.addAll(program.jvm().flags());
    command.add(program.jvm().mainClass());
    command.addAll(program.arguments().apply(port));
    return command;
  }

  /** The class path is here because of a long command line the system shows nothing. */
  @Override
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(program.jvm().environment());
    environment.put("CLASSPATH", classPath());
    return environment;
  }

  /**
   * That of this JVM; or, where it was started from a jar that is found by a link, of what the link
   * says now: a program that ends is started again from what was built last.
   */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    String link = System.getProperty(JAR_LINK, "");
    try {
      return link.isEmpty() ? own : Path.of(link).toRealPath().toString();
    } catch (IOException e) {
      LOG.warn("{} leads nowhere, the programs are started from {}", link, own);
      return own;
    }
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
