package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A Redis of a test's own, such as one half of a primary and its replica. Killed, it comes back on
 * its port with what {@code SAVE} last wrote to its folder. Blocking; any thread.
 */
public final class TestRedis implements AutoCloseable {

  private static final int ANSWER_MILLIS = 10_000;
  private static final int ANSWER_BYTES = 1 << 16;

  private final Path folder;
  private final EmbeddedStores stores;

  private TestRedis(Path folder, EmbeddedStores stores) {
    this.folder = folder;
    this.stores = stores;
  }

  /** An empty one in a temporary folder. */
  public static TestRedis start() throws IOException {
    Path folder = Files.createTempDirectory("pigpig-test-redis");
    StoreSettings settings =
        new StoreSettings(folder.toString(), TestStores.postgresUrl(), /* redisUrl= */ "");
    return new TestRedis(folder, EmbeddedStores.start(settings));
  }

  /** {@code redis://127.0.0.1:port}. */
  public String url() {
    return stores.redisUrl();
  }

  /** How often it was killed and started again. */
  public int restarts() {
    return stores.redisRestarts();
  }

  /** What it answers to one command, as far as one read of the socket shows it. */
  public String say(String command) {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(url()).getPort())) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] answer = new byte[ANSWER_BYTES];
      int length = socket.getInputStream().read(answer);
      return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #say}, of a command that answers OK. */
  public void must(String command) {
    String answer = say(command);
    if (!answer.startsWith("+OK")) {
      throw new IllegalStateException(command + ": " + answer);
    }
  }

  /** As {@code kill -9} does. */
  public void kill9() {
    ProcessHandle process = ProcessHandle.of(stores.redisPid().orElseThrow()).orElseThrow();
    process.destroyForcibly();
    process.onExit().orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  @Override
  public void close() throws IOException {
    stores.close();
    DataFolder.delete(folder);
  }
}
