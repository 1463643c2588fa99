package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.order.SagaLedger.Begun;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.pigpig.stock.StockLevel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders after their placement: real Postgres, real Redis, real payment and carrier peers. */
final class SagaTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku SKU = new Sku("TEE-CLASSIC-BLACK-M");
  private static final String DESIGN = "a".repeat(64);

  private final Vertx vertx = Vertx.vertx();
  private final String database = TestStores.freshDatabase("sagas");
  private final List<ShopLoop> shops = new ArrayList<>();
  private ShopLoop.@Nullable World world;

  @BeforeEach
  void open() throws Exception {
    world = ShopLoop.World.on(vertx, database);
  }

  @AfterEach
  void close() throws Exception {
    for (ShopLoop shop : shops) {
      shop.close();
    }
    world().close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aPaidOrderIsPrintedAndShippedWithoutAPerson() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of());
    shop.workOnSagas();
    Order order = place(shop, 2);
    assertThat(pay(shop, order).status()).isEqualTo(OrderStatus.PAID);
    awaitStatus(shop, order, OrderStatus.SHIPPED);
    assertThat(statuses(shop, order))
        .containsExactly(
            OrderStatus.PENDING_PAYMENT,
            OrderStatus.PAID,
            OrderStatus.IN_PRODUCTION,
            OrderStatus.SHIPPED);
    assertThat(shop.printed).containsExactly(DESIGN);
    assertThat(payments(order)).containsExactly("CHARGED");
    assertThat(bookings(order)).containsExactly("BOOKED");
    assertThat(count("SELECT count(*) FROM saga WHERE step = 6 AND waybill IS NOT NULL"))
        .isEqualTo(1);
    assertThat(level(shop)).isEqualTo(new StockLevel(SKU, 10_000, 0, 2));
    assertAuditOk(shop);
  }

  @Test
  void aDeclinedPaymentLeavesTheOrderToBePaidOtherwise() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of());
    Order order = place(shop, 1);
    assertThat(refusal(shop.begin(() -> shop.orders.pay(order.orderId(), ALICE, "tok_declined"))))
        .isInstanceOf(Refusal.PaymentDeclined.class);
    assertThat(pay(shop, order).status()).isEqualTo(OrderStatus.PAID);
    assertThat(pay(shop, order).status()).as("paid again").isEqualTo(OrderStatus.PAID);
    assertThat(payments(order)).containsExactly("DECLINED", "CHARGED");
    assertAuditOk(shop);
  }

  @Test
  void aChargeWhoseAnswerWasLostIsMadeOnce() throws Exception {
    for (String fault : new String[] {"CUT_AFTER", "SILENT_AFTER", "ERROR", "SILENT_BEFORE"}) {
      ShopLoop shop = shop(Map.of(), Map.of("step-timeout", "300ms", "lease", "2s"));
      world().peers().faults(world().peers().paymentPort(), 1, List.of("charge " + fault + " 1"));
      Order order = place(shop, 1);
      assertThat(refusal(shop.begin(() -> shop.orders.pay(order.orderId(), ALICE, "tok_ok"))))
          .as(fault)
          .isInstanceOf(Refusal.OutcomeUnknown.class);
      world().peers().faults(world().peers().paymentPort(), 1, List.of());
      shop.workOnSagas();
      awaitStatus(shop, order, OrderStatus.SHIPPED);
      assertThat(payments(order)).as(fault).containsExactly("CHARGED");
    }
    assertAuditOk(shops.getFirst());
  }

  @Test
  void aCarrierThatRefusesIsFollowedByTheRefundAndTheUnitsComeBack() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of());
    world().peers().faults(world().peers().carrierPort(), 1, List.of("book REFUSE 1"));
    shop.workOnSagas();
    Order order = place(shop, 3);
    pay(shop, order);
    awaitStatus(shop, order, OrderStatus.CANCELLED);
    awaitEnded();
    assertThat(payments(order)).containsExactly("CHARGED", "REFUNDED");
    assertThat(level(shop)).isEqualTo(new StockLevel(SKU, 10_000, 0, 0));
    assertAuditOk(shop);
  }

  @Test
  void printingThatKeepsFailingIsGivenUpAndTakenBack() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of("attempts-max", "3", "retry-first", "1ms"));
    shop.printing = () -> Future.failedFuture("the printer is on fire");
    shop.workOnSagas();
    Order order = place(shop, 1);
    pay(shop, order);
    awaitStatus(shop, order, OrderStatus.CANCELLED);
    awaitEnded();
    assertThat(shop.printed).hasSize(3);
    assertThat(payments(order)).containsExactly("CHARGED", "REFUNDED");
    assertThat(bookings(order)).isEmpty();
    assertAuditOk(shop);
  }

  @Test
  void aBookingWhoseAnswerWasLostIsMadeVoidWhenTheOrderIsGivenUp() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of("attempts-max", "2", "retry-first", "1ms"));
    world().peers().faults(world().peers().carrierPort(), 1, List.of("book CUT_AFTER 1"));
    shop.workOnSagas();
    Order order = place(shop, 1);
    pay(shop, order);
    awaitStatus(shop, order, OrderStatus.CANCELLED);
    awaitEnded();
    assertThat(bookings(order)).containsExactly("BOOKED", "RETURNED");
    assertThat(payments(order)).containsExactly("CHARGED", "REFUNDED");
    assertAuditOk(shop);
  }

  @Test
  void aPaidOrderThatIsCancelledIsRefundedEvenWhenTheRefundFailsAtFirst() throws Exception {
    ShopLoop shop = shop(Map.of("production-delay", "1h"), Map.of("retry-first", "1ms"));
    Order order = place(shop, 1);
    pay(shop, order);
    world().peers().faults(world().peers().paymentPort(), 1, List.of("refund ERROR 1"));
    assertThat(shop.call(() -> shop.orders.cancel(order.orderId(), ALICE)).status())
        .isEqualTo(OrderStatus.CANCELLED);
    shop.workOnSagas();
    Eventually.holds(
        "tried three times", PATIENCE, () -> count("SELECT max(attempts) FROM saga") >= 3);
    world().peers().faults(world().peers().paymentPort(), 1, List.of());
    awaitEnded();
    assertThat(payments(order)).containsExactly("CHARGED", "REFUNDED");
    assertAuditOk(shop);
  }

  @Test
  void anOrderExpiresAlthoughTheProviderIsSilentAndALateChargeIsImpossible() throws Exception {
    ShopLoop shop =
        shop(Map.of("payment-window", "500ms"), Map.of("step-timeout", "200ms", "lease", "1s"));
    world().peers().faults(world().peers().paymentPort(), 1, List.of("charge SILENT_BEFORE 1"));
    Order order = place(shop, 1);
    assertThat(refusal(shop.begin(() -> shop.orders.pay(order.orderId(), ALICE, "tok_ok"))))
        .isInstanceOf(Refusal.OutcomeUnknown.class);
    Eventually.holds("expired", PATIENCE, () -> sweep(shop) == 1);
    assertThat(level(shop).held()).isZero();
    world().peers().faults(world().peers().paymentPort(), 1, List.of());
    shop.workOnSagas();
    awaitEnded();
    assertThat(payments(order)).containsExactly("VOIDED");
    assertThat(refusal(shop.begin(() -> shop.orders.pay(order.orderId(), ALICE, "tok_ok"))))
        .isInstanceOf(Refusal.OrderNotPayable.class);
    assertAuditOk(shop);
  }

  @Test
  void aWorkerThatSleptThroughItsLeaseChangesNothing() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of("lease", "200ms", "step-timeout", "100ms"));
    Order order = place(shop, 1);
    Saga slept = begin(shop, order);
    Eventually.holds("lease over", PATIENCE, () -> claim(shop).size() == 1);
    Settlement late =
        shop.call(() -> shop.ledger.settle(List.of(Settle.bySaga(slept, OrderStatus.PAID, null))))
            .getFirst();
    assertThat(late.kind()).isEqualTo(Settlement.Kind.LEASE_LOST);
    assertThat(shop.call(() -> shop.sagaLedger.retry(slept, Duration.ZERO, "late"))).isFalse();
    assertThat(shop.call(() -> shop.sagaLedger.advance(slept, SagaStep.ENDED, "late"))).isFalse();
    assertThat(status(shop, order)).isEqualTo(OrderStatus.PENDING_PAYMENT);
  }

  @Test
  void aHintMakesASagaDueOnceAndNeverTakesALeaseAway() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of("lease", "10m"));
    Order order = place(shop, 1);
    Saga saga = begin(shop, order);
    hint(shop, Peer.PAYMENT, order, 7);
    assertThat(claim(shop)).as("leased").isEmpty();
    handBack(shop, saga);
    saga = claim(shop).getFirst();
    assertThat(saga.attempts()).isEqualTo(1);
    handBack(shop, saga);
    assertThat(claim(shop)).as("the hint has been followed").isEmpty();
    hint(shop, Peer.PAYMENT, order, 7);
    hint(shop, Peer.PAYMENT, order, 3);
    hint(shop, Peer.CARRIER, order, 9);
    assertThat(claim(shop)).as("no news, and not of the peer that is asked").isEmpty();
    hint(shop, Peer.PAYMENT, order, 8);
    assertThat(claim(shop)).hasSize(1);
  }

  @Test
  void aHintDoesNotCutShortTheTimeInWhichAPaidOrderCanBeCancelled() throws Exception {
    ShopLoop shop = shop(Map.of("production-delay", "1h"), Map.of());
    Order order = place(shop, 1);
    pay(shop, order);
    hint(shop, Peer.PAYMENT, order, 7);
    hint(shop, Peer.CARRIER, order, 7);
    assertThat(claim(shop)).isEmpty();
  }

  @Test
  void hintsOfMoreOrdersThanAPollTakesAreRefusedAndRepeatedOnesAreNot() throws Exception {
    ShopLoop shop = shop(Map.of(), Map.of("hints-max", "2"));
    List<Boolean> taken = new ArrayList<>();
    UUID known = UUID.randomUUID();
    for (UUID id : List.of(known, UUID.randomUUID(), UUID.randomUUID(), known)) {
      PeerHint hint = new PeerHint(Peer.CARRIER, id, taken.size() + 1);
      taken.add(shop.call(() -> Future.succeededFuture(shop.orders.hints().offer(hint))));
    }
    assertThat(taken).containsExactly(true, true, false, true);
  }

  private static void hint(ShopLoop shop, Peer peer, Order order, long sequence) throws Exception {
    shop.call(() -> shop.sagaLedger.hint(List.of(new PeerHint(peer, order.orderId(), sequence))));
  }

  private static void handBack(ShopLoop shop, Saga saga) throws Exception {
    assertThat(shop.call(() -> shop.sagaLedger.retry(saga, Duration.ofHours(1), "silent")))
        .isTrue();
  }

  @Test
  void twoPaymentsOfOneOrderChargeOnce() throws Exception {
    ShopLoop left = shop(Map.of(), Map.of());
    ShopLoop right = shop(Map.of(), Map.of());
    for (int round = 0; round < 20; round++) {
      Order order = place(left, 1);
      List<Future<Order>> payments = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        ShopLoop payer = i % 2 == 0 ? left : right;
        payments.add(payer.begin(() -> payer.orders.pay(order.orderId(), ALICE, "tok_ok")));
      }
      for (Future<Order> payment : payments) {
        try {
          assertThat(payment.await(30, TimeUnit.SECONDS).status()).isEqualTo(OrderStatus.PAID);
        } catch (RefusedException e) {
          assertThat(e.refusal()).isInstanceOf(Refusal.PaymentUnderWay.class);
        }
      }
      assertThat(status(left, order)).isEqualTo(OrderStatus.PAID);
      assertThat(payments(order)).containsExactly("CHARGED");
    }
    assertAuditOk(left);
  }

  @Test
  void underFaultsOfBothPeersEveryOrderEndsAndTheNetChargeIsRight() throws Exception {
    long seed = new Random().nextLong();
    Map<String, String> hasty =
        Map.of(
            "step-timeout", "250ms",
            "lease", "1s",
            "retry-first", "1ms",
            "retry-max", "100ms",
            "attempts-max", "4");
    ShopLoop left = shop(Map.of("production-delay", "0s"), hasty);
    ShopLoop right = shop(Map.of("production-delay", "0s"), hasty);
    TestPeers peers = world().peers();
    peers.faults(
        peers.paymentPort(),
        seed,
        List.of(
            "charge ERROR 0.1",
            "charge CUT_AFTER 0.1",
            "charge SILENT_AFTER 0.05",
            "charge SILENT_BEFORE 0.05",
            "refund CUT_AFTER 0.3"));
    peers.faults(
        peers.carrierPort(),
        seed + 1,
        List.of("book ERROR 0.2", "book REFUSE 0.2", "book CUT_AFTER 0.2", "void ERROR 0.3"));
    left.workOnSagas();
    right.workOnSagas();
    List<Order> orders = new ArrayList<>();
    List<Future<Order>> payments = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      Order order = place(left, 1);
      orders.add(order);
      ShopLoop payer = i % 2 == 0 ? left : right;
      payments.add(payer.begin(() -> payer.orders.pay(order.orderId(), ALICE, "tok_ok")));
    }
    payments.forEach(payment -> refusalOrNull(payment));
    awaitEnded();
    for (Order order : orders) {
      OrderStatus status = status(left, order);
      List<String> charges = payments(order);
      List<String> bookings = bookings(order);
      assertThat(status)
          .as("seed " + seed + " " + order.orderId())
          .isIn(OrderStatus.SHIPPED, OrderStatus.CANCELLED);
      assertThat(charges.getLast())
          .as("seed " + seed + " " + order.orderId() + " " + charges)
          .isEqualTo(status == OrderStatus.SHIPPED ? "CHARGED" : "REFUNDED");
      assertThat(bookings.isEmpty() || bookings.getLast().equals("BOOKED"))
          .as("seed " + seed + " " + order.orderId() + " " + bookings)
          .isEqualTo(status == OrderStatus.SHIPPED);
    }
    assertAuditOk(left);
  }

  private ShopLoop shop(Map<String, String> order, Map<String, String> saga) throws Exception {
    Map<String, String> soon = new HashMap<>(Map.of("production-delay", "0s"));
    soon.putAll(order);
    ShopLoop shop =
        ShopLoop.open(
            shops.isEmpty() ? world() : world().another(),
            SettingsReader.read(OrderSettings.class, soon),
            SettingsReader.read(SagaSettings.class, saga));
    shops.add(shop);
    return shop;
  }

  private ShopLoop.World world() {
    return Objects.requireNonNull(world);
  }

  private static Order place(ShopLoop shop, int units) throws Exception {
    List<RequestedLine> lines = List.of(new RequestedLine(SKU, units, DESIGN));
    PlaceOrder request =
        new PlaceOrder(
            ALICE, UUID.randomUUID().toString(), lines, Ticker.system().nanos() + 10_000_000_000L);
    return shop.call(() -> shop.orders.place(request)).order();
  }

  private static Order pay(ShopLoop shop, Order order) throws Exception {
    return shop.call(() -> shop.orders.pay(order.orderId(), ALICE, "tok_ok"));
  }

  private static Saga begin(ShopLoop shop, Order order) throws Exception {
    Begun begun =
        shop.call(
                () ->
                    shop.sagaLedger.begin(
                        List.of(new BeginPayment(order.orderId(), null, "tok_ok"))))
            .getFirst();
    return ((Begun.Leased) begun).saga();
  }

  private static List<Saga> claim(ShopLoop shop) {
    return unchecked(() -> shop.call(() -> shop.sagaLedger.claim(10)));
  }

  private static long sweep(ShopLoop shop) {
    return unchecked(() -> shop.call(shop.ledger::expireSome)).orders();
  }

  private static OrderStatus status(ShopLoop shop, Order order) {
    return unchecked(() -> shop.call(() -> shop.orders.find(order.orderId(), ALICE))).status();
  }

  private static List<OrderStatus> statuses(ShopLoop shop, Order order) throws Exception {
    return shop.call(() -> shop.orders.timeline(order.orderId(), ALICE, 0)).stream()
        .map(StatusChange::status)
        .toList();
  }

  private static StockLevel level(ShopLoop shop) throws Exception {
    return shop.call(() -> shop.stock.level(SKU));
  }

  private static void awaitStatus(ShopLoop shop, Order order, OrderStatus wanted) {
    Eventually.holds(wanted.name(), PATIENCE, () -> status(shop, order) == wanted);
  }

  private void awaitEnded() {
    Eventually.holds(
        "every saga has ended",
        PATIENCE,
        () -> count("SELECT count(*) FROM saga WHERE step < 6") == 0);
  }

  private List<String> payments(Order order) throws Exception {
    return ledger(world().peers().paymentPort(), order);
  }

  private List<String> bookings(Order order) throws Exception {
    return ledger(world().peers().carrierPort(), order);
  }

  private List<String> ledger(int port, Order order) throws Exception {
    return world().peers().ledger(port, order.orderId().toString()).stream()
        .map((JsonObject entry) -> entry.getString("status"))
        .toList();
  }

  private static void assertAuditOk(ShopLoop shop) throws Exception {
    for (Audit.Check check : shop.call(shop.audit::run)) {
      assertThat(check.violations()).as(check.name()).isZero();
    }
  }

  private static Refusal refusal(Future<Order> answer) {
    return Objects.requireNonNull(refusalOrNull(answer), "nothing was refused");
  }

  private static @Nullable Refusal refusalOrNull(Future<Order> answer) {
    try {
      answer.await(30, TimeUnit.SECONDS);
      return null;
    } catch (RefusedException e) {
      return e.refusal();
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T unchecked(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private long count(String sql) {
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
