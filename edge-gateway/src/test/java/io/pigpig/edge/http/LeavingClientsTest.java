package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.GrpcCalls;
import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that leave before their answer: what they read is given up, what they ordered is made.
 */
final class LeavingClientsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SKU = "TEE-CLASSIC-WHITE-M";
  private static final String DESIGN =
      "{\"template\":\"tee-classic\",\"garmentColor\":\"#FFFFFF\",\"layers\":[]}";

  /** Each test starts one of its own kind, first of all. */
  @SuppressWarnings("NullAway.Init")
  private TestStack stack;

  @AfterEach
  void close() throws Exception {
    stack.close();
  }

  @Test
  void aReadIsGivenUpInTheProcessThatItIsAskedOfAndOthersGoOn() throws Exception {
    stack = TestStack.startRoles("leaving_reads", Map.of());
    GrpcCalls checks = new GrpcCalls(stack, "pigpig.stock.v1.StockService/CheckStock");
    String read = request("GET", "/api/v1/stock/" + SKU, "");
    // Again and again, because a statement that waits for a lock gives up by itself in the end.
    Eventually.holds(
        "a read is given up",
        PATIENCE,
        () -> {
          leaveWhile("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE", read, checks);
          return checks.processesWith("CANCELLED") == 1;
        });
    assertThat(stack.json(stack.request("GET", "/api/v1/stock/" + SKU, "")).getString("sku"))
        .isEqualTo(SKU);
  }

  @Test
  void anOrderIsMadeAlthoughItsClientHasLeft() throws Exception {
    stack = TestStack.startRoles("leaving_orders", Map.of());
    String read = "/api/v1/orders";
    GrpcCalls batches = new GrpcCalls(stack, "pigpig.order.v1.OrderService/PlaceOrders");
    stack.token("ann", "customer");
    leaveWhile(
        "SELECT 1 FROM stock WHERE sku = '" + SKU + "' FOR UPDATE",
        request("POST", "/api/v1/orders", TestStack.lines(SKU, 1)),
        batches);
    Eventually.holds("the order is made", PATIENCE, () -> orders(read).size() == 1);
  }

  private JsonArray orders(String path) {
    return stack.json(stack.as("ann", "GET", path, "")).getJsonArray("orders");
  }

  @Test
  void aPreviewIsNotDrawnForNobody() throws Exception {
    stack = TestStack.start("leaving_previews", Map.of());
    HttpResponse<String> stored = stack.send(stack.as("ann", "POST", "/api/v1/designs", DESIGN));
    String preview =
        "/api/v1/designs/"
            + new JsonObject(stored.body()).getString("designId")
            + "/preview.png?width=";
    double asked = 1;
    try (Connection locker = locked("LOCK TABLE designs IN ACCESS EXCLUSIVE MODE");
        Socket client = open(request("GET", preview + "300", ""))) {
      Eventually.holds("it is asked for", PATIENCE, () -> misses() == asked);
      leave(client);
      Eventually.holds("the client is gone", PATIENCE, () -> gone() == 1);
      assertThat(active()).as("requests under way, counted off once").isZero();
      locker.rollback();
    }
    stack.send(stack.request("GET", preview + "301", ""));
    assertThat(misses()).isEqualTo(2);
    assertThat(drawn()).isEqualTo(1);
  }

  private double misses() {
    return Metrics.value(stack, "shirt_render_cache_total{outcome=\"miss\"}");
  }

  private double drawn() {
    return Metrics.value(stack, "shirt_render_duration_ms_count{template=\"tee-classic\"}");
  }

  private double active() {
    return Metrics.value(stack, "http_server_requests_active");
  }

  private double gone() {
    return Metrics.value(stack, "http_server_clients_gone_total");
  }

  /** Sends {@code request}, which waits for what {@code lock} locks, and leaves meanwhile. */
  private void leaveWhile(String lock, String request, GrpcCalls calls) {
    try (Connection locker = locked(lock);
        Socket client = open(request)) {
      Eventually.holds("it is asked elsewhere", PATIENCE, () -> calls.processesAtIt() == 1);
      double before = gone();
      leave(client);
      Eventually.holds("the client is gone", PATIENCE, () -> gone() > before);
      assertThat(active()).as("requests under way, counted off once").isZero();
      locker.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void leave(Socket client) throws IOException {
    client.close();
  }

  private Connection locked(String lock) throws SQLException {
    Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
    locker.setAutoCommit(false);
    try (var statement = locker.createStatement()) {
      statement.execute(lock);
    }
    return locker;
  }

  private Socket open(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), stack.port());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  private String request(String method, String path, String json) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: x\r\nIdempotency-Key: "
        + TestStack.key()
        + "\r\nAuthorization: Bearer "
        + stack.token("ann", "customer")
        + (json.isEmpty()
            ? ""
            : "\r\nContent-Type: application/json\r\nContent-Length: " + json.length())
        + "\r\n\r\n"
        + json;
  }
}
