package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;
import static io.pigpig.edge.TestStack.lines;
import static io.pigpig.edge.http.ErrorContractTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One less than a limit passes, one more is refused. */
final class LimitsTest {

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack =
        TestStack.start(
            "limits",
            Map.of(
                "server.event-loops", "1",
                "server.header-timeout", "500ms",
                "server.body-timeout", "500ms",
                "server.connections-max", "50"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @Test
  void theRequestLine() throws Exception {
    assertThat(RawOrder.statuses(stack, requestLineOf(Limits.REQUEST_LINE_BYTES)))
        .containsExactly(200);
    String tooLong = requestLineOf(Limits.REQUEST_LINE_BYTES + 1);
    assertThat(RawOrder.statuses(stack, tooLong)).containsExactly(414);
    assertThat(RawSocket.untilClosed(stack.port(), tooLong)).contains("URI_TOO_LONG");
  }

  @Test
  void theHeaderBytes() throws Exception {
    assertThat(RawOrder.statuses(stack, headerOf(Limits.HEADER_BYTES))).containsExactly(200);
    String tooLong = headerOf(Limits.HEADER_BYTES + 1);
    assertThat(RawOrder.statuses(stack, tooLong)).containsExactly(431);
    assertThat(RawSocket.untilClosed(stack.port(), tooLong)).contains("HEADERS_TOO_LARGE");
  }

  @Test
  void theHeaderFields() throws Exception {
    for (String name : List.of("X-F%d", "X-Repeated")) {
      String most = fields(Limits.HEADER_FIELDS, name);
      assertThat(RawOrder.statuses(stack, most)).as(name).containsExactly(200);
      String more = fields(Limits.HEADER_FIELDS + 1, name);
      assertThat(RawOrder.statuses(stack, more)).as(name).containsExactly(431);
    }
  }

  @Test
  void theOrderBodyDeclaredOrChunked() throws Exception {
    int limit = Limits.ORDER_BODY_BYTES;
    assertThat(stack.send(order(padded(limit))).statusCode()).isEqualTo(201);
    assertProblem(stack.send(order(padded(limit + 1))), 413, "PAYLOAD_TOO_LARGE");
    assertThat(RawOrder.statuses(stack, RawOrder.chunked(stack, padded(limit))))
        .containsExactly(201);
    assertThat(RawOrder.statuses(stack, RawOrder.chunked(stack, padded(limit + 1))))
        .containsExactly(413);
  }

  @Test
  void theDesignBody() {
    int limit = Limits.DESIGN_BODY_BYTES;
    String design = "{\"template\":\"tee-classic\",\"garmentColor\":\"#FFFFFF\",\"layers\":[]}";
    assertThat(stack.send(design(design + " ".repeat(limit - design.length()))).statusCode())
        .isEqualTo(201);
    assertProblem(
        stack.send(design(design + " ".repeat(limit + 1 - design.length()))),
        413,
        "PAYLOAD_TOO_LARGE");
  }

  @Test
  void theSkusOfAStockCheck() {
    HttpResponse<String> all = stack.send(check(Limits.STOCK_CHECK_SKUS));
    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(all.body().lines().count()).isEqualTo(Limits.STOCK_CHECK_SKUS);
    assertProblem(stack.send(check(Limits.STOCK_CHECK_SKUS + 1)), 400, "INVALID_REQUEST");
  }

  @Test
  void theDepthOfJson() {
    assertThat(depthsRead(Limits.JSON_DEPTH)).isEqualTo(Limits.JSON_DEPTH);
    assertThatThrownBy(() -> depthsRead(Limits.JSON_DEPTH + 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("INVALID_REQUEST");
    String deeper = "{\"lines\":" + "[".repeat(Limits.JSON_DEPTH) + "1";
    assertProblem(stack.send(order(deeper)), 400, "INVALID_REQUEST");
  }

  @Test
  void aHeadThatTricklesInIsCutOffAtItsDeadline() throws Exception {
    String received =
        RawSocket.untilClosed(stack.port(), "GET /api/v1/products HTTP/1.1\r\nHost: x\r\n");
    assertThat(RawSocket.statuses(received)).isEmpty();
  }

  @Test
  void aBodyThatDoesNotEndIsCutOffAtItsDeadline() throws Exception {
    String head = RawOrder.head(stack) + "Content-Length: 100\r\n\r\n{\"lines\"";
    assertThat(RawSocket.statuses(RawSocket.untilClosed(stack.port(), head))).isEmpty();
  }

  @Test
  void aBodyInSinglePiecesIsReadWhole() throws Exception {
    byte[] body = lines(RawOrder.SKU, 1).getBytes(StandardCharsets.UTF_8);
    String head =
        RawOrder.head(stack) + "Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), stack.port())) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      for (byte one : body) {
        socket.getOutputStream().write(one);
        socket.getOutputStream().flush();
      }
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(RawSocket.statuses(answer)).containsExactly(201);
    }
  }

  @Test
  void aConnectionAboveTheMostIsClosedAndTheOthersGoOn() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      int closed = 0;
      for (int i = 0; i < 60; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), stack.port());
        open.add(socket);
      }
      for (Socket socket : open) {
        socket.setSoTimeout(100);
        try {
          if (socket.getInputStream().read() < 0) {
            closed++;
          }
        } catch (SocketTimeoutException stillOpen) {
          assertThat(socket.isConnected()).isTrue();
        }
      }
      assertThat(closed).isGreaterThanOrEqualTo(10);
      assertThat(Metrics.value(stack, "http_server_connections_refused_total"))
          .isGreaterThanOrEqualTo(10);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    Eventually.holds(
        "a new connection is served",
        Duration.ofSeconds(20),
        () -> {
          try {
            return stack.send(stack.request("GET", "/api/v1/products", "")).statusCode() == 200;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
  }

  /** Enters so many arrays; no body of the contract is that deep, so this asks the reader. */
  private static int depthsRead(int depth) {
    byte[] body = ("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.UTF_8);
    return JsonReader.read(
        body,
        in -> {
          in.beginArray("the first");
          int entered = 1;
          while (in.nextElement()) {
            in.beginArray("the next");
            entered++;
          }
          for (int i = 1; i < entered; i++) {
            in.nextElement();
          }
          return entered;
        });
  }

  private static String requestLineOf(int length) {
    String start = "GET /api/v1/products?x=";
    String end = " HTTP/1.1";
    return start
        + "y".repeat(length - start.length() - end.length())
        + end
        + "\r\nHost: x\r\nConnection: close\r\n\r\n";
  }

  /** A header block of so many bytes, line ends not counted. */
  private static String headerOf(int length) {
    String fixed = "Host: xConnection: closeX-Long: ";
    return "GET /api/v1/products/tank HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: "
        + "y".repeat(length - fixed.length())
        + "\r\n\r\n";
  }

  private static String fields(int count, String name) {
    return "GET /api/v1/products/tank HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + IntStream.range(0, count - 2)
            .mapToObj(i -> name.formatted(i) + ": 1\r\n")
            .collect(Collectors.joining())
        + "\r\n";
  }

  private static String padded(int length) {
    String body = lines(RawOrder.SKU, 1);
    return body + " ".repeat(length - body.length());
  }

  private static HttpRequest.Builder order(String body) {
    return stack.as("lim", "POST", "/api/v1/orders", body).header("Idempotency-Key", key());
  }

  private static HttpRequest.Builder design(String body) {
    return stack.as("lim", "POST", "/api/v1/designs", body);
  }

  private static HttpRequest.Builder check(int skus) {
    String list =
        Collections.nCopies(skus, "\"" + RawOrder.SKU + "\"").stream()
            .collect(Collectors.joining(","));
    return stack.request("POST", "/api/v1/stock:check", "{\"skus\":[" + list + "]}");
  }
}
