package io.pigpig.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command against a peer that answers as the HTTP contract says, byte for byte. */
class OrderCommandTest {

  private static final String ORDER =
      """
      {"orderId":"0192","status":"PENDING_PAYMENT","totalCents":5905,"currency":"CNY"}
      """;
  private static final String EVENTS =
      """
      id: 1
      event: status
      data: {"status":"PENDING_PAYMENT","at":"2026-01-01T00:00:00Z"}

      id: 2
      event: status
      data: {"status":"PAID","at":"2026-01-01T00:00:01Z"}

      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
  private HttpServer peer;

  @BeforeEach
  void startPeer() throws IOException {
    peer = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    Map<String, String> answers =
        Map.of(
            "GET /api/v1/products", "[{\"id\":\"TEE\",\"variants\":[{\"sku\":\"TEE-1\"}]}]",
            "POST /api/v1/auth/token", "{\"access_token\":\"t0\",\"token_type\":\"Bearer\"}",
            "POST /api/v1/orders", ORDER,
            "POST /api/v1/orders/0192/payment", ORDER,
            "GET /api/v1/orders/0192/events", EVENTS);
    peer.createContext("/", exchange -> answer(exchange, answers));
    peer.start();
  }

  @AfterEach
  void stopPeer() {
    peer.stop(0);
  }

  private void answer(HttpExchange exchange, Map<String, String> answers) throws IOException {
    try (exchange) {
      String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      seen.add(call + " " + token + " " + body);
      boolean soldOut = body.contains("GONE");
      String answer = answers.getOrDefault(call, "");
      if (soldOut) {
        answer = "{\"code\":\"OUT_OF_STOCK\",\"detail\":\"sku GONE short by 1\"}";
      }
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(soldOut ? 409 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Test
  void orderIsPlacedPaidAndShown() {
    assertThat(run("--port", port())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("1 x TEE-1, 59.05 CNY")
        .contains("PENDING_PAYMENT")
        .endsWith("order 0192 PAID" + System.lineSeparator());
    assertThat(List.copyOf(seen))
        .anyMatch(call -> call.startsWith("POST /api/v1/orders Bearer t0 {\"lines\":[{\"sku\""))
        .anyMatch(call -> call.contains("/payment Bearer t0") && call.contains("tok_ok"));
  }

  @Test
  void refusalIsOneLineWithItsCode() {
    assertThat(run("--port", port(), "--sku", "GONE", "--quantity", "2")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("edge order: refused with 409 OUT_OF_STOCK: sku GONE short by 1");
  }

  @Test
  void stackThatIsNotThereIsOneLine() {
    String port = port();
    peer.stop(0);
    assertThat(run("--port", port)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "edge order: nothing listens on 127.0.0.1:" + port + "; start it with ./edge up");
  }

  @Test
  void wrongFlagsAreOneLineAndExitCodeTwo() {
    assertThat(run("--colour", "red")).isEqualTo(2);
    assertThat(run("--quantity", "101")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("unknown flag --colour")
        .contains("--quantity must be 1 to 100, not \"101\"");
  }

  private String port() {
    return Integer.toString(peer.getAddress().getPort());
  }

  private int run(String... arguments) {
    return OrderCommand.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
