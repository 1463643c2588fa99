package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of clients that ask and then do not read. */
final class WriteDeadlineTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int PAGES = 200;
  private static final int PAUSES = 30;
  private static final int WINDOW_BYTES = 32 * 1024;

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack =
        TestStack.start(
            "write_deadline", Map.of("server.event-loops", "1", "server.write-timeout", "2s"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  /**
   * The pages fit the kernel's buffers and the check does not: no sku has this character, and its
   * escape is six times as long.
   */
  @Test
  void aStockCheckThatIsNotReadIsCutOff() throws Exception {
    double before = Metrics.value(stack, "http_server_connections_stuck_total");
    try (Socket socket = silentReader()) {
      socket.getOutputStream().write(pages(60));
      socket.getOutputStream().write(stockCheck(12, "\u007f".repeat(42_000)));
      Eventually.holds(
          "the server lets go",
          PATIENCE,
          // Either by our own watch, or by the system, whose bound on what it has taken is the
          // same.
          () ->
              Metrics.value(stack, "http_server_connections_stuck_total") > before
                  || isReset(socket));
      assertThat(rest(socket)).doesNotEndWith("0\r\n\r\n");
    }
  }

  /** Each answer is whole in itself and written at once; the connection is idle behind them. */
  @Test
  void wholeAnswersThatAreNotReadAreCutOff() throws Exception {
    try (Socket socket = silentReader()) {
      socket.getOutputStream().write(pages(PAGES));
      Eventually.holds("the server lets go", PATIENCE, () -> isReset(socket));
      assertThat(RawSocket.statuses(rest(socket)).size()).isLessThan(PAGES);
      assertThat(Metrics.value(stack, "http_server_connections_stuck_total")).isPositive();
    }
  }

  @Test
  void aSlowReaderThatGoesOnReadingGetsItsWholeAnswer() throws Exception {
    Ticker ticker = Ticker.system();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try (Socket socket = silentReader()) {
      socket.getOutputStream().write(stockCheck(Limits.STOCK_CHECK_SKUS, "TEE-CLASSIC-WHITE-M"));
      InputStream in = socket.getInputStream();
      byte[] piece = new byte[WINDOW_BYTES];
      int pauses = 0;
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        received.write(piece, 0, n);
        long pausedAt = ticker.nanos();
        if (pauses++ < PAUSES) {
          Eventually.holds(
              "the pause is over", PATIENCE, () -> ticker.nanos() - pausedAt > PAUSE.toNanos());
        }
      }
    }
    assertThat(received.toString(StandardCharsets.UTF_8)).endsWith("0\r\n\r\n");
  }

  /** A small window, so that the server's buffers fill soon. */
  private static Socket silentReader() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(WINDOW_BYTES);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), stack.port()));
    return socket;
  }

  private static byte[] pages(int count) {
    String one = "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n";
    return one.repeat(count).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] stockCheck(int count, String sku) {
    String skus = String.join(",", Collections.nCopies(count, "\"" + sku + "\""));
    String body = "{\"skus\":[" + skus + "]}";
    String head =
        "POST /api/v1/stock:check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.UTF_8);
  }

  /** Asks once more; the first write after the server let go is answered by a reset. */
  private static boolean isReset(Socket socket) {
    try {
      socket.getOutputStream().write('\n');
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String rest(Socket socket) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      InputStream in = socket.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        received.write(buffer, 0, n);
      }
    } catch (SocketException e) {
      // A reset ends the answer as a close does.
      return received.toString(StandardCharsets.UTF_8);
    }
    return received.toString(StandardCharsets.UTF_8);
  }
}
