package io.pigpig.runtime.stores;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A program that says by files of a folder what happens to it. It is healthy once it has the secret
 * of the test in its environment, and drains once all programs that it is to leave with were told
 * to: its exit code is then 0.
 */
final class TestProgram {

  static final String SECRET_NAME = "TEST_PROGRAM_SECRET";
  static final String SECRET = "postgresql://shop:s3cr3t@db";

  private static final Duration TOGETHER = Duration.ofSeconds(15);

  private TestProgram() {}

  /** Arguments: its folder, its name, its port, and the names of those it leaves with. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String name = arguments[1];
    List<String> together = List.of(arguments).subList(3, arguments.length);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(folder, name, together)));
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[2])),
            0);
    int status = SECRET.equals(System.getenv(SECRET_NAME)) ? 200 : 500;
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  private static void leave(Path folder, String name, List<String> together) {
    int exitCode = 0;
    try {
      say(folder, name + " told");
      Eventually.holds(
          "the others told",
          TOGETHER,
          () -> together.stream().allMatch(it -> Files.exists(folder.resolve(it + " told"))));
      say(folder, name + " gone");
    } catch (IOException | AssertionError alone) {
      exitCode = 1;
    }
    Runtime.getRuntime().halt(exitCode);
  }

  private static void say(Path folder, String what) throws IOException {
    Files.writeString(folder.resolve(what), "", StandardCharsets.UTF_8);
  }
}
