package io.pigpig.discovery.etcd;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd on ports and a folder of its own. Blocking; test threads only. */
public final class EtcdServer implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(30);

  private final Path data;
  private final int client;
  private final int peer;

  /** A test that is broken off does not get to close it. */
  private final Thread hook = new Thread(this::destroy, "test-etcd-closer");

  private volatile Process process;

  /** Starts one; nothing is left running when it does not come up. */
  public EtcdServer(Path data) throws Exception {
    this.data = data;
    this.client = freePort();
    this.peer = freePort();
    this.process = launch();
    Runtime.getRuntime().addShutdownHook(hook);
    awaitReadyOrClose();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process launch() throws IOException, InterruptedException {
    String own = "http://127.0.0.1:" + client;
    String peers = "http://127.0.0.1:" + peer;
    return new ProcessBuilder(
            List.of(
                program().toString(),
                "--name=test",
                "--data-dir=" + data,
                "--listen-client-urls=" + own,
                "--advertise-client-urls=" + own,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=test=" + peers))
        .redirectErrorStream(true)
        .redirectOutput(data.resolveSibling(data.getFileName() + ".log").toFile())
        .start();
  }

  /** On the PATH, or unpacked from Debian's package into the build folder, which needs no root. */
  private static Path program() throws IOException, InterruptedException {
    Path unpacked = Path.of("target/etcd").toAbsolutePath();
    List<Path> places =
        Stream.concat(
                Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of),
                Stream.of(unpacked.resolve("usr/bin")))
            .map(folder -> folder.resolve("etcd"))
            .toList();
    for (Path place : places) {
      if (Files.isExecutable(place)) {
        return place;
      }
    }
    Files.createDirectories(unpacked);
    Process unpack =
        new ProcessBuilder(
                "sh", "-c", "apt-get download -q etcd-server && dpkg-deb -x etcd-server_*.deb .")
            .directory(unpacked.toFile())
            .redirectErrorStream(true)
            .redirectOutput(unpacked.resolve("unpack.log").toFile())
            .start();
    if (!unpack.waitFor(2, TimeUnit.MINUTES) || unpack.exitValue() != 0) {
      unpack.destroyForcibly();
      throw new IOException("these tests need etcd: install Debian's package etcd-server");
    }
    return places.getLast();
  }

  public String address() {
    return "127.0.0.1:" + client;
  }

  private void awaitReadyOrClose() {
    try {
      Eventually.holds("etcd serves", READY, this::isHealthy);
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** Once it has elected itself; it accepts connections before that. */
  private boolean isHealthy() {
    try (InputStream answer = URI.create("http://" + address() + "/health").toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8).contains("true");
    } catch (IOException notYet) {
      return false;
    }
  }

  public void kill() {
    destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void destroy() {
    process.destroyForcibly();
  }

  public void startAgain() throws Exception {
    process = launch();
    awaitReadyOrClose();
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAnyway) {
      // The hook runs by itself now.
    }
  }
}
