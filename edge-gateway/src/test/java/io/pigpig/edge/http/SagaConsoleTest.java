package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payments and the repair console over HTTP, against the real peers. */
final class SagaConsoleTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SAGAS = "/api/v1/admin/sagas";
  private static final String SKU = "TEE-CLASSIC-NAVY-M";

  private static TestStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack =
        TestStack.start(
            "saga_console",
            Map.of(
                "order.production-delay", "0s",
                "saga.step-timeout", "400ms",
                "saga.lease", "1s",
                "saga.retry-first", "1ms",
                "saga.retry-max", "20ms",
                "saga.attempts-max", "3",
                "saga.parked-after", "3"));
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @BeforeEach
  void allWell() {
    faults(stack.peers().paymentPort());
    faults(stack.peers().carrierPort());
  }

  private static void faults(int port, String... rules) {
    stack.peers().faults(port, 1, List.of(rules));
  }

  @Test
  void aRefundThatKeepsFailingIsParkedVisiblyAndARetryEndsIt() {
    faults(stack.peers().carrierPort(), "book REFUSE 1");
    faults(stack.peers().paymentPort(), "refund ERROR 1");
    String id = placeAndPay();
    Eventually.holds("parked", PATIENCE, () -> states("PARKED").contains(id));
    JsonObject parked = saga("PARKED", id);
    assertThat(parked.getString("step")).isEqualTo("REFUND");
    assertThat(parked.getString("orderStatus")).isEqualTo("CANCELLED");
    assertThat(parked.getInteger("attempts")).isGreaterThanOrEqualTo(3);
    assertThat(parked.getString("error")).contains("500");

    faults(stack.peers().paymentPort());
    assertThat(act(id, "retry").statusCode()).isEqualTo(200);
    Eventually.holds("ended", PATIENCE, () -> states("ENDED").contains(id));
    HttpResponse<String> again = act(id, "retry");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(new JsonObject(again.body()).getString("code")).isEqualTo("SAGA_ENDED");
    assertThat(actions(id))
        .containsExactly(
            "ops retry CANCELLED ENDED SAGA_ENDED CANCELLED ENDED",
            "ops retry CANCELLED REFUND ACCEPTED CANCELLED");
  }

  @Test
  void anOrderInProductionIsCancelledFromTheConsoleOnly() {
    faults(stack.peers().carrierPort(), "book SILENT_BEFORE 1");
    String id = placeAndPay();
    Eventually.holds("in production", PATIENCE, () -> status(id).equals("IN_PRODUCTION"));
    HttpResponse<String> byCustomer =
        stack.send(stack.as("alice", "POST", "/api/v1/orders/" + id + "/cancel", ""));
    assertThat(byCustomer.body()).contains("ORDER_NOT_CANCELLABLE");
    assertThat(act(id, "cancel").statusCode()).isEqualTo(200);
    assertThat(status(id)).isEqualTo("CANCELLED");
    Eventually.holds("ended", PATIENCE, () -> states("ENDED").contains(id));
    List<JsonObject> charges = stack.peers().ledger(stack.peers().paymentPort(), id);
    assertThat(charges.getLast().getString("status")).isEqualTo("REFUNDED");
    HttpResponse<String> again = act(id, "cancel");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(new JsonObject(again.body()).getString("code")).isEqualTo("SAGA_ENDED");
    assertThat(actions(id))
        .containsExactly(
            "ops cancel CANCELLED ENDED SAGA_ENDED CANCELLED ENDED",
            "ops cancel IN_PRODUCTION SHIP ACCEPTED CANCELLED");
  }

  @Test
  void aShippedOrderIsNotCancelled() {
    String id = placeAndPay();
    Eventually.holds("shipped", PATIENCE, () -> status(id).equals("SHIPPED"));
    HttpResponse<String> refused = act(id, "cancel");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("SAGA_ENDED");
  }

  @Test
  void aSagaThatEndedWellShowsNoError() {
    faults(stack.peers().carrierPort(), "book ERROR 1 1");
    String id = placeAndPay();
    Eventually.holds("shipped", PATIENCE, () -> status(id).equals("SHIPPED"));
    assertThat(saga("ENDED", id).getString("error")).isNull();
  }

  @Test
  void aSecondPaymentWhileTheFirstIsUnderWayIsRefusedForNow() throws Exception {
    String id = stack.place("alice", SKU, 1).getString("orderId");
    faults(stack.peers().paymentPort(), "charge SILENT_BEFORE 1");
    CompletableFuture<HttpResponse<String>> first =
        stack.client().sendAsync(payment(id).build(), BodyHandlers.ofString());
    Eventually.holds("begun", PATIENCE, () -> states("RUNNING").contains(id));
    HttpResponse<String> second = stack.send(payment(id));
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(second.headers().firstValue("Retry-After")).isPresent();
    assertThat(new JsonObject(second.body()).getString("code")).isEqualTo("PAYMENT_UNDER_WAY");
    assertThat(first.get(30, TimeUnit.SECONDS).body()).contains("OUTCOME_UNKNOWN");
    faults(stack.peers().paymentPort());
    Eventually.holds("shipped all the same", PATIENCE, () -> status(id).equals("SHIPPED"));
    assertThat(stack.peers().ledger(stack.peers().paymentPort(), id)).hasSize(1);
  }

  @Test
  void theConsoleIsTheOperatorsAndRefusesWhatItCannotRead() {
    assertThat(stack.send(stack.as("alice", "GET", SAGAS, "")).statusCode()).isEqualTo(403);
    assertThat(stack.send(stack.request("GET", SAGAS, "")).statusCode()).isEqualTo(401);
    for (String query : new String[] {"?state=running", "?limit=101", "?limit=0", "?cursor=x"}) {
      assertThat(stack.send(stack.asOperator("GET", SAGAS + query, "")).statusCode())
          .as(query)
          .isEqualTo(400);
    }
    assertThat(act(UUID.randomUUID().toString(), "retry").statusCode()).isEqualTo(404);
    assertThat(act("nonsense", "cancel").statusCode()).isEqualTo(404);
    String unpaid = stack.place("alice", SKU, 1).getString("orderId");
    assertThat(act(unpaid, "cancel").statusCode()).as("it has no saga").isEqualTo(404);
  }

  private static String placeAndPay() {
    String id = stack.place("alice", SKU, 1).getString("orderId");
    HttpResponse<String> paid = stack.send(payment(id));
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    return id;
  }

  private static HttpRequest.Builder payment(String id) {
    String body = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}";
    return stack.as("alice", "POST", "/api/v1/orders/" + id + "/payment", body);
  }

  private static HttpResponse<String> act(String id, String action) {
    return stack.send(stack.asOperator("POST", SAGAS + "/" + id + "/" + action, ""));
  }

  private static String status(String id) {
    return stack.json(stack.as("alice", "GET", "/api/v1/orders/" + id, "")).getString("status");
  }

  private static List<String> states(String state) {
    return sagas(state).stream().map(saga -> saga.getString("orderId")).toList();
  }

  private static JsonObject saga(String state, String id) {
    return sagas(state).stream()
        .filter(saga -> saga.getString("orderId").equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonObject> sagas(String state) {
    return stack
        .json(stack.asOperator("GET", SAGAS + "?limit=100&state=" + state, ""))
        .getJsonArray("sagas")
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  /** Who did what, where, and what came of it; not the step after what was accepted: it goes on. */
  private static List<String> actions(String id) {
    JsonObject saga = stack.json(stack.asOperator("GET", SAGAS + "/" + id, ""));
    assertThat(saga.getString("orderId")).isEqualTo(id);
    return saga.getJsonArray("actions").stream()
        .map(JsonObject.class::cast)
        .map(SagaConsoleTest::words)
        .toList();
  }

  private static String words(JsonObject action) {
    boolean accepted = action.getString("outcome").equals("ACCEPTED");
    return Stream.of(
            "actor",
            "action",
            "orderStatusBefore",
            "stepBefore",
            "outcome",
            "orderStatusAfter",
            accepted ? "" : "stepAfter")
        .filter(field -> !field.isEmpty())
        .map(action::getString)
        .collect(Collectors.joining(" "));
  }
}
