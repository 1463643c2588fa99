package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;
import static io.pigpig.edge.TestStack.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal of the contract, through HTTP, on the real stack. */
final class ErrorContractTest {

  private static final String SKU = "TEE-CLASSIC-WHITE-M";
  private static final String NOWHERE = "01a20683-33f7-7000-9e1f-ee142e465c2e";

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStack.start("error_contract", Map.of("server.event-loops", "1"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{}",
        "nonsense",
        "{\"lines\":[]}",
        "{\"lines\":{}}",
        "{\"lines\":[{}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\"}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":0}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":101}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":1.5}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":\"1\"}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":99999999999999999999}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":1,\"price\":1}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":1,\"quantity\":2}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":1,\"designId\":\"x\"}]}",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":1}]} more",
        "{\"lines\":[{\"sku\":\"TEE-CLASSIC-WHITE-M\",\"quantity\":1}],\"total\":0}"
      })
  void aBodyThatIsNotAnOrderIsInvalid(String body) {
    assertProblem(sendOrder(body, key()), 400, "INVALID_REQUEST");
  }

  @Test
  void fiftyLinesPassAndFiftyOneAreInvalid() {
    assertThat(sendOrder(manyLines(50), key()).statusCode()).isEqualTo(201);
    assertProblem(sendOrder(manyLines(51), key()), 400, "INVALID_REQUEST");
  }

  @Test
  void quantityHundredPasses() {
    assertThat(sendOrder(lines(SKU, 100), key()).statusCode()).isEqualTo(201);
  }

  @Test
  void anOrderNeedsItsKey() {
    HttpRequest.Builder without = stack.as("eve", "POST", "/api/v1/orders", lines(SKU, 1));
    assertProblem(stack.send(without), 400, "IDEMPOTENCY_KEY_MISSING");
    for (String bad : List.of("k".repeat(15), "k".repeat(65), "k".repeat(16) + "!")) {
      assertProblem(sendOrder(lines(SKU, 1), bad), 400, "INVALID_REQUEST");
    }
    HttpRequest.Builder twice = stack.order("eve", key(), SKU, 1).header("Idempotency-Key", key());
    assertProblem(stack.send(twice), 400, "INVALID_REQUEST");
    assertThat(sendOrder(lines(SKU, 1), "k".repeat(16)).statusCode()).isEqualTo(201);
    assertThat(sendOrder(lines(SKU, 1), "k".repeat(64)).statusCode()).isEqualTo(201);
  }

  @Test
  void withoutAGoodTokenACallerIsUnauthenticated() {
    String path = "/api/v1/orders";
    assertProblem(stack.send(stack.request("GET", path, "")), 401, "UNAUTHENTICATED");
    HttpRequest.Builder bad =
        stack.request("GET", path, "").header("Authorization", "Bearer x.y.z");
    HttpResponse<String> answer = stack.send(bad);
    assertProblem(answer, 401, "UNAUTHENTICATED");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @Test
  void aRoleThatMayNotIsForbidden() {
    HttpRequest.Builder put = stack.as("eve", "PUT", "/api/v1/stock/" + SKU, "{\"total\":1}");
    assertProblem(stack.send(put), 403, "FORBIDDEN");
    HttpRequest.Builder audit = stack.as("eve", "GET", "/api/v1/admin/audit", "");
    assertProblem(stack.send(audit), 403, "FORBIDDEN");
    HttpRequest.Builder order = stack.asOperator("POST", "/api/v1/orders", lines(SKU, 1));
    assertProblem(stack.send(order), 403, "FORBIDDEN");
  }

  @Test
  void whatIsNotThereOrNotTheCallersIsNotFound() {
    String id = stack.place("alice", SKU, 1).getString("orderId");
    for (String path :
        List.of(
            "/api/v1/orders/" + id,
            "/api/v1/orders/" + NOWHERE,
            "/api/v1/orders/not-a-uuid",
            "/api/v1/orders/" + id + "/events")) {
      assertProblem(stack.send(stack.as("mallory", "GET", path, "")), 404, "NOT_FOUND");
    }
    for (String path : List.of("/nothing", "/api/v1/products/none", "/api/v1/stock/NO-SUCH-SKU")) {
      assertProblem(stack.send(stack.request("GET", path, "")), 404, "NOT_FOUND");
    }
    HttpRequest.Builder cancel =
        stack.as("mallory", "POST", "/api/v1/orders/" + id + "/cancel", "");
    assertProblem(stack.send(cancel), 404, "NOT_FOUND");
  }

  @Test
  void anotherMethodIsNotAllowed() {
    HttpResponse<String> answer = stack.send(stack.request("DELETE", "/api/v1/orders", ""));
    assertProblem(answer, 405, "METHOD_NOT_ALLOWED");
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD, POST");
  }

  @Test
  void aSoldOutSkuIsOutOfStockAndAnUnknownOneIsUnknown() {
    total("TANK-BLACK-XS", 0);
    assertProblem(sendOrder(lines("TANK-BLACK-XS", 1), key()), 409, "OUT_OF_STOCK");
    assertProblem(sendOrder(lines("NO-SUCH-SKU", 1), key()), 422, "UNKNOWN_SKU");
    HttpRequest.Builder put = stack.asOperator("PUT", "/api/v1/stock/NO-SUCH-SKU", "{\"total\":1}");
    assertProblem(stack.send(put), 422, "UNKNOWN_SKU");
  }

  @Test
  void anUnknownDesignIsRefused() {
    String body =
        "{\"lines\":[{\"sku\":\""
            + SKU
            + "\",\"quantity\":1,\"designId\":\""
            + "0".repeat(64)
            + "\"}]}";
    assertProblem(sendOrder(body, key()), 422, "UNKNOWN_DESIGN");
  }

  @Test
  void aKeyThatWasUsedForAnotherBodyIsRefused() {
    String key = key();
    assertThat(sendOrder(lines(SKU, 1), key).statusCode()).isEqualTo(201);
    assertProblem(sendOrder(lines(SKU, 2), key), 422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void paymentsAndCancelsThatComeTooLateConflict() {
    String id = stack.place("eve", SKU, 1).getString("orderId");
    assertProblem(pay(id, "tok_declined"), 402, "PAYMENT_DECLINED");
    assertProblem(pay(id, ""), 400, "INVALID_REQUEST");
    assertThat(stack.send(stack.as("eve", "POST", path(id, "cancel"), "")).statusCode())
        .isEqualTo(200);
    assertProblem(pay(id, "tok_ok"), 409, "ORDER_NOT_PAYABLE");
  }

  @Test
  void anExpiredOrderIsNotCancellable() throws Exception {
    TestStack brief =
        TestStack.start(
            "error_expired", Map.of("order.payment-window", "100ms", "order.expiry-sweep", "50ms"));
    try {
      String id = brief.place("eve", SKU, 1).getString("orderId");
      Eventually.holds(
          "the order expires",
          Duration.ofSeconds(20),
          () ->
              brief
                  .json(brief.as("eve", "GET", "/api/v1/orders/" + id, ""))
                  .getString("status")
                  .equals("EXPIRED"));
      HttpRequest.Builder cancel = brief.as("eve", "POST", path(id, "cancel"), "");
      assertProblem(brief.send(cancel), 409, "ORDER_NOT_CANCELLABLE");
    } finally {
      brief.close();
    }
  }

  @Test
  void aTotalBelowWhatIsHeldConflicts() {
    total("TANK-BLACK-S", 5);
    stack.place("eve", "TANK-BLACK-S", 3);
    HttpRequest.Builder below =
        stack.asOperator("PUT", "/api/v1/stock/TANK-BLACK-S", "{\"total\":2}");
    assertProblem(stack.send(below), 409, "STOCK_BELOW_COMMITTED");
    total("TANK-BLACK-S", 3);
  }

  @Test
  void aBodyOfAnotherTypeIsUnsupported() {
    HttpRequest.Builder text =
        stack
            .request("POST", "/api/v1/orders", "")
            .header("Authorization", "Bearer " + stack.token("eve", "customer"))
            .header("Content-Type", "text/plain")
            .header("Idempotency-Key", key())
            .POST(HttpRequest.BodyPublishers.ofString(lines(SKU, 1)));
    assertProblem(stack.send(text), 415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void anEncodedBodyIsUnsupportedAndOneThatSaysItIsPlainIsNot() {
    HttpRequest.Builder zipped =
        stack.order("eve", key(), SKU, 1).header("Content-Encoding", "gzip");
    assertProblem(stack.send(zipped), 415, "UNSUPPORTED_MEDIA_TYPE");
    HttpRequest.Builder plain =
        stack.order("eve", key(), SKU, 1).header("Content-Encoding", "identity");
    assertThat(stack.send(plain).statusCode()).isEqualTo(201);
  }

  @Test
  void aCancelTakesNoBodyOrAnEmptyObject() {
    String id = stack.place("eve", SKU, 1).getString("orderId");
    String path = path(id, "cancel");
    assertProblem(stack.send(stack.as("eve", "POST", path, "[]")), 400, "INVALID_REQUEST");
    assertProblem(stack.send(stack.as("eve", "POST", path, "{\"x\":1}")), 400, "INVALID_REQUEST");
    assertThat(stack.send(stack.as("eve", "POST", path, "{}")).statusCode()).isEqualTo(200);
    assertThat(stack.send(stack.as("eve", "POST", path, "")).statusCode()).isEqualTo(200);
  }

  @Test
  void aCallerAboveItsRateIsLimited() throws Exception {
    TestStack slow =
        TestStack.start(
            "error_rate",
            Map.of(
                "server.caller-rate", "1", "server.caller-burst", "3", "server.event-loops", "1"));
    try {
      List<HttpResponse<String>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(slow.send(slow.request("GET", "/api/v1/products", "")));
      }
      assertThat(answers.getFirst().statusCode()).isEqualTo(200);
      assertProblem(answers.getLast(), 429, "RATE_LIMITED");
    } finally {
      slow.close();
    }
  }

  @Test
  void whileAnOrderHangsItsKeyIsInFlightAFullPathOverloadedAndItsOutcomeUnknown() throws Exception {
    TestStack narrow =
        TestStack.start(
            "error_hang",
            Map.of(
                "server.event-loops", "1",
                "server.orders-in-flight-max", "1",
                "server.order-timeout", "500ms"));
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(narrow.database()))) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = '" + SKU + "' FOR UPDATE");
      }
      String key = key();
      HttpRequest eve = narrow.order("eve", key, SKU, 1).build();
      Eventually.holds(
          "of two orders one hangs and the other is refused",
          Duration.ofSeconds(60),
          () -> {
            CompletableFuture<HttpResponse<String>> hanging =
                narrow.client().sendAsync(eve, BodyHandlers.ofString());
            HttpResponse<String> other = narrow.send(narrow.order("zoe", key(), SKU, 1));
            HttpResponse<String> hung = hanging.orTimeout(30, TimeUnit.SECONDS).join();
            // Which of the two comes first is not ours to say, nor whether they meet.
            if (!other.body().contains("OVERLOADED")) {
              return false;
            }
            assertProblem(other, 503, "OVERLOADED");
            assertProblem(hung, 503, "OUTCOME_UNKNOWN");
            return true;
          });
      locker.rollback();
      JsonObject[] order = new JsonObject[1];
      Eventually.holds(
          "the same key gets the one order",
          Duration.ofSeconds(30),
          () -> {
            HttpResponse<String> again = narrow.send(narrow.order("eve", key, SKU, 1));
            order[0] = new JsonObject(again.body());
            return again.statusCode() == 201;
          });
      JsonObject page = narrow.json(narrow.as("eve", "GET", "/api/v1/orders", ""));
      assertThat(page.getJsonArray("orders").size()).isEqualTo(1);
      assertThat(page.getJsonArray("orders").getJsonObject(0).getString("orderId"))
          .isEqualTo(order[0].getString("orderId"));
    } finally {
      narrow.close();
    }
  }

  @Test
  void aKeyThatIsBeingWorkedOnIsInFlightForAnotherBody() throws Exception {
    String key = key();
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()))) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = 'HOODIE-GREEN-XXL' FOR UPDATE");
      }
      CompletableFuture<HttpResponse<String>> hanging =
          stack
              .client()
              .sendAsync(
                  stack.order("ivy", key, "HOODIE-GREEN-XXL", 1).build(), BodyHandlers.ofString());
      Eventually.holds(
          "the first request is under way", Duration.ofSeconds(20), () -> waits("place_orders"));
      HttpResponse<String> other = stack.send(stack.order("ivy", key, "HOODIE-GREEN-XXL", 2));
      assertProblem(other, 409, "REQUEST_IN_FLIGHT");
      locker.rollback();
      assertThat(hanging.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    }
  }

  @Test
  void withoutRedisOrdersAreUnavailableAndComeBackByThemselves() throws Exception {
    TestStores.kill9Redis();
    Eventually.holds(
        "a refusal or an order",
        Duration.ofSeconds(5),
        () -> {
          HttpResponse<String> answer = stack.send(stack.order("eve", key(), SKU, 1));
          if (answer.statusCode() != 201) {
            assertProblem(answer, 503, "UNAVAILABLE");
          }
          return true;
        });
    Eventually.holds(
        "orders are accepted again",
        Duration.ofSeconds(20),
        () -> stack.send(stack.order("eve", key(), SKU, 1)).statusCode() == 201);
  }

  @Test
  void aBugIsInternalWithoutDetail() throws Exception {
    try (Connection breaker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = breaker.createStatement()) {
      String id = stack.place("eve", SKU, 1).getString("orderId");
      statement.execute("ALTER TABLE order_event RENAME TO order_event_away");
      HttpResponse<String> answer =
          stack.send(stack.as("eve", "GET", "/api/v1/orders/" + id + "/events", ""));
      statement.execute("ALTER TABLE order_event_away RENAME TO order_event");
      assertThat(answer.statusCode()).isEqualTo(500);
      JsonObject problem = new JsonObject(answer.body());
      assertThat(problem.getString("code")).isEqualTo("INTERNAL");
      assertThat(problem.fieldNames()).doesNotContain("detail");
      assertThat(problem.getString("traceId")).matches("[0-9a-f]{32}");
    }
  }

  /** Checks the form of a problem as well: media type, its six fields, and when to come back. */
  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonObject problem = new JsonObject(answer.body());
    assertThat(problem.getString("code")).isEqualTo(code);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("type")).startsWith("/problems/");
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("traceId")).matches("[0-9a-f]{32}");
    boolean retryable = status == 503 || status == 429 || code.equals("REQUEST_IN_FLIGHT");
    assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(retryable);
  }

  private static boolean waits(String query) {
    try (Connection asker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = asker.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query"
                    + " LIKE '%"
                    + query
                    + "%' AND pid <> pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> sendOrder(String body, String key) {
    return stack.send(
        stack.as("eve", "POST", "/api/v1/orders", body).header("Idempotency-Key", key));
  }

  private static HttpResponse<String> pay(String id, String token) {
    String body = "{\"method\":\"sandbox\",\"token\":\"" + token + "\"}";
    return stack.send(stack.as("eve", "POST", path(id, "payment"), body));
  }

  private static String path(String id, String what) {
    return "/api/v1/orders/" + id + "/" + what;
  }

  private static void total(String sku, long total) {
    HttpResponse<String> set =
        stack.send(stack.asOperator("PUT", "/api/v1/stock/" + sku, "{\"total\":" + total + "}"));
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
  }

  private static String manyLines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"sku\":\"" + SKU + "\",\"quantity\":1}")
        .collect(Collectors.joining(",", "{\"lines\":[", "]}"));
  }
}
