package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.peer.CallbackSignature;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callbacks from the real peers and from a stranger. A failed step is tried again only after many
 * minutes here, so that what ends within the test's patience ends because of a callback.
 */
final class CallbackRoutesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String CALLBACKS = "/api/v1/callbacks/";
  private static final String SKU = "TEE-CLASSIC-NAVY-M";

  /** Far above what the real peers of this test count to. */
  private static final AtomicLong SEQUENCE = new AtomicLong(1_000_000);

  @TempDir private static Path folder;
  private static TestStack stack;
  private static CallbackSignature ours;
  private static CallbackSignature strangers;

  @BeforeAll
  static void start() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    Path secret = Files.writeString(folder.resolve("secret"), "shared by peers and edge\n");
    ours = CallbackSignature.read(secret);
    strangers =
        CallbackSignature.read(Files.writeString(folder.resolve("guess"), "guessed by somebody"));
    Map<String, String> settings =
        Map.of(
            "server.port", Integer.toString(port),
            "server.event-loops", "1",
            "order.production-delay", "0s",
            "saga.step-timeout", "400ms",
            "saga.lease", "1s",
            "saga.retry-first", "10m",
            "saga.retry-max", "1h",
            "payment.callback-secret-file", secret.toString(),
            "carrier.callback-secret-file", secret.toString());
    String url = "http://127.0.0.1:" + port + CALLBACKS;
    stack = TestStack.start("callbacks", settings, new TestPeers(url, secret.toString()));
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @BeforeEach
  void allWell() {
    payment();
    carrier();
  }

  private static void payment(String... faults) {
    stack.peers().faults(stack.peers().paymentPort(), 1, List.of(faults));
  }

  private static void carrier(String... faults) {
    stack.peers().faults(stack.peers().carrierPort(), 1, List.of(faults));
  }

  @Test
  void aChargeWhoseAnswerWasLostIsFinishedByItsCallback() {
    // The pause is up to 10 min, but by chance: four orders do not all have a short one.
    for (String fault : List.of("SILENT_AFTER", "CUT_AFTER", "SILENT_AFTER", "CUT_AFTER")) {
      payment("charge " + fault + " 1 1");
      String id = place();
      assertThat(stack.send(pay(id)).body()).as(fault).contains("OUTCOME_UNKNOWN");
      awaitStatus(id, "SHIPPED");
      assertThat(payments(id)).as(fault).containsExactly("CHARGED");
    }
    assertAuditOk();
  }

  @Test
  void aBookingWhoseAnswerWasLostIsFinishedByItsCallback() {
    for (String fault : List.of("SILENT_AFTER", "CUT_AFTER", "SILENT_AFTER", "CUT_AFTER")) {
      carrier("book " + fault + " 1 1");
      String id = place();
      assertThat(stack.send(pay(id)).statusCode()).isEqualTo(200);
      awaitStatus(id, "SHIPPED");
      assertThat(bookings(id)).as(fault).containsExactly("BOOKED");
    }
    assertAuditOk();
  }

  @Test
  void callbacksThatComeTwiceLateOrNotAtFirstChargeOnce() {
    carrier("callback TWICE 1");
    for (int seed = 0; seed < 6; seed++) {
      List<String> faults =
          List.of(
              "charge CUT_AFTER 1 1",
              "callback TWICE 0.5",
              "callback DROP 0.3",
              "callback DELAY 1");
      stack.peers().faults(stack.peers().paymentPort(), seed, faults);
      String id = place();
      stack.send(pay(id));
      awaitStatus(id, "SHIPPED");
      assertThat(payments(id)).containsExactly("CHARGED");
      assertThat(bookings(id)).containsExactly("BOOKED");
    }
    awaitAllTold();
    assertAuditOk();
  }

  @Test
  void theCallbackOfARefundMayOvertakeThatOfItsCharge() {
    payment("callback REORDER 1 1");
    carrier("book REFUSE 1");
    String id = place();
    assertThat(stack.send(pay(id)).statusCode()).isEqualTo(200);
    awaitStatus(id, "CANCELLED");
    Eventually.holds(
        "refunded", PATIENCE, () -> payments(id).equals(List.of("CHARGED", "REFUNDED")));
    awaitAllTold();
    assertThat(payments(id)).containsExactly("CHARGED", "REFUNDED");
    assertThat(status(id)).isEqualTo("CANCELLED");
    assertAuditOk();
  }

  @Test
  void aSagaThatPausesIsDueByACallbackAndByNoneThatIsForgedOldOrRepeated() {
    String id = pausing();
    String body = body("payment", id, SEQUENCE.incrementAndGet());
    assertRefused(tell("payment", body, strangers.sign(Instant.now(), bytes(body))));
    assertRefused(tell("payment", body, ours.sign(Instant.now(), bytes(body + " "))));
    assertRefused(tell("payment", body, signedAt(body, Duration.ofMinutes(-6))));
    assertRefused(tell("payment", body, signedAt(body, Duration.ofMinutes(6))));
    assertRefused(tell("payment", body, "t=1,v1=" + "0".repeat(64)));
    assertRefused(tell("payment", body, "nonsense"));
    assertRefused(stack.send(stack.request("POST", CALLBACKS + "payment", body)));
    assertRefused(
        stack.send(
            request("payment", body, signedAt(body, Duration.ZERO))
                .header(CallbackSignature.HEADER, signedAt(body, Duration.ZERO))));
    followedByAnother();
    assertThat(isDue(id)).as("by a forged or an old one").isFalse();

    assertThat(tellSigned("carrier", body("carrier", id, 9)).statusCode()).isEqualTo(202);
    followedByAnother();
    assertThat(isDue(id)).as("by one of the carrier, who is not asked next").isFalse();

    assertThat(tellSigned("payment", body).statusCode()).isEqualTo(202);
    awaitStatus(id, "SHIPPED");
    assertThat(tellSigned("payment", body).statusCode()).as("again").isEqualTo(202);
    followedByAnother();
    assertThat(payments(id)).containsExactly("CHARGED");
    assertAuditOk();
  }

  @Test
  void theAnswerSaysNothingAboutOrders() {
    String unpaid = place();
    for (String orderId : List.of(unpaid, UUID.randomUUID().toString(), "", "no-order")) {
      HttpResponse<String> answer = tellSigned("payment", body("payment", orderId, 1));
      assertThat(answer.statusCode()).as(orderId).isEqualTo(202);
      assertThat(answer.body()).as(orderId).isEmpty();
    }
    assertThat(status(unpaid)).isEqualTo("PENDING_PAYMENT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{}",
        "{\"peer\":\"payment\",\"sequence\":1}",
        "{\"peer\":\"payment\",\"orderId\":\"o\"}",
        "{\"peer\":\"carrier\",\"sequence\":1,\"orderId\":\"o\"}",
        "{\"peer\":\"payment\",\"sequence\":0,\"orderId\":\"o\"}",
        "{\"peer\":\"payment\",\"sequence\":\"1\",\"orderId\":\"o\"}",
        "{\"peer\":\"payment\",\"sequence\":1,\"orderId\":7}",
        "{\"peer\":\"payment\",\"sequence\":1,\"orderId\":\"o\",\"paid\":true}",
        "{\"peer\":\"payment\",\"sequence\":1,\"sequence\":2,\"orderId\":\"o\"}"
      })
  void whatIsSignedButNoCallbackIsInvalid(String body) {
    HttpResponse<String> answer = tellSigned("payment", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void unknownPeersOtherMethodsAndLargeBodiesAreRefused() {
    String body = body("bank", UUID.randomUUID().toString(), 1);
    assertThat(tellSigned("bank", body).statusCode()).isEqualTo(404);
    assertThat(stack.send(stack.request("GET", CALLBACKS + "payment", "")).statusCode())
        .isEqualTo(405);
    String large = "{\"key\":\"" + "k".repeat(Limits.SMALL_BODY_BYTES) + "\"}";
    assertThat(tellSigned("payment", large).statusCode()).isEqualTo(413);
  }

  /** An order that was not charged, because the provider failed, and is tried again in an hour. */
  private static String pausing() {
    for (int tries = 0; tries < 5; tries++) {
      payment("charge ERROR 1 1");
      String id = place();
      stack.send(pay(id));
      // The pause is random; one that has ended already is no pause.
      if (pause(id) == 1) {
        return id;
      }
    }
    throw new AssertionError("no order pauses");
  }

  private static int pause(String id) {
    String sql =
        "UPDATE saga SET due_at = now() + interval '1 hour'"
            + " WHERE lease_until IS NULL AND step = 1 AND order_id = '";
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = connection.createStatement()) {
      return statement.executeUpdate(sql + id + "'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isDue(String id) {
    String sql =
        "SELECT due_at < now() + interval '50 minutes' FROM saga WHERE order_id = '" + id + "'";
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() && rows.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Once another order's callback has had its effect, so has every one that came before. */
  private static void followedByAnother() {
    String id = place();
    payment("charge CUT_AFTER 1 1");
    stack.send(pay(id));
    awaitStatus(id, "SHIPPED");
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("UNAUTHENTICATED");
  }

  private static String body(String peer, String orderId, long sequence) {
    return new JsonObject()
        .put("peer", peer)
        .put("sequence", sequence)
        .put("key", orderId + ":charge:1")
        .put("orderId", orderId)
        .put("status", "CHARGED")
        .put("amountCents", 4900)
        .encode();
  }

  private static byte[] bytes(String body) {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  private static String signedAt(String body, Duration later) {
    return ours.sign(Instant.now().plus(later), bytes(body));
  }

  private static HttpResponse<String> tellSigned(String peer, String body) {
    return tell(peer, body, signedAt(body, Duration.ZERO));
  }

  private static HttpResponse<String> tell(String peer, String body, String signature) {
    return stack.send(request(peer, body, signature));
  }

  private static HttpRequest.Builder request(String peer, String body, String signature) {
    return stack
        .request("POST", CALLBACKS + peer, body)
        .header(CallbackSignature.HEADER, signature);
  }

  private static String place() {
    return stack.place("alice", SKU, 1).getString("orderId");
  }

  private static HttpRequest.Builder pay(String id) {
    String body = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}";
    return stack.as("alice", "POST", "/api/v1/orders/" + id + "/payment", body);
  }

  private static String status(String id) {
    return stack.json(stack.as("alice", "GET", "/api/v1/orders/" + id, "")).getString("status");
  }

  private static void awaitStatus(String id, String wanted) {
    Eventually.holds(id + " " + wanted, PATIENCE, () -> status(id).equals(wanted));
  }

  private static void awaitAllTold() {
    Eventually.holds("every callback acknowledged", PATIENCE, stack.peers()::allTold);
  }

  private static List<String> payments(String id) {
    return ledger(stack.peers().paymentPort(), id);
  }

  private static List<String> bookings(String id) {
    return ledger(stack.peers().carrierPort(), id);
  }

  private static List<String> ledger(int port, String id) {
    return stack.peers().ledger(port, id).stream().map(e -> e.getString("status")).toList();
  }

  private static void assertAuditOk() {
    JsonObject audit = stack.json(stack.asOperator("GET", "/api/v1/admin/audit", ""));
    assertThat(audit.getBoolean("ok")).as(audit.encode()).isTrue();
  }
}
