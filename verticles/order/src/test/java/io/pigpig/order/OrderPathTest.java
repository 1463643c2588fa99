package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Placement.Origin;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.stock.SoldOutBoards;
import io.pigpig.stock.StockLevel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The order path on two event loops, real Postgres and real Redis. */
final class OrderPathTest {

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Principal OPERATOR = new Principal("ops", Role.OPERATOR, Membership.NONE);
  private static final Sku CLASSIC = new Sku("TEE-CLASSIC-WHITE-M");

  private static Vertx vertx;
  private static String database;
  private static ShopLoop one;
  private static ShopLoop two;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    database = TestStores.freshDatabase("order_path");
    SoldOutBoards boards = ShopLoop.boards();
    OrderSettings settings =
        SettingsReader.read(OrderSettings.class, Map.of("payment-window", "1m"));
    one = ShopLoop.open(vertx, database, TestStores.redisUrl(), boards, settings);
    two = ShopLoop.open(vertx, database, TestStores.redisUrl(), boards, settings);
  }

  @AfterAll
  static void close() throws Exception {
    one.close();
    two.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void placedOrderIsReadBackAsItWasAnswered() throws Exception {
    Placement placement = place(one, ALICE, key(), CLASSIC, 2);
    assertThat(placement.origin()).isEqualTo(Origin.PLACED);
    assertThat(placement.order().totalCents()).isEqualTo(2 * 4900);
    Order read = two.call(() -> two.orders.find(placement.order().orderId(), ALICE));
    assertThat(read).isEqualTo(placement.order());
  }

  @Test
  void memberPaysTheMemberPriceAndTheFlashSaleItsDiscount() throws Exception {
    Principal member = new Principal("mia", Role.CUSTOMER, Membership.MEMBER);
    assertThat(place(one, member, key(), CLASSIC, 1).order().totalCents()).isEqualTo(4410);
    assertThat(place(one, ALICE, key(), new Sku("TEE-FLASH-WHITE-M"), 1).order().totalCents())
        .isEqualTo(1960);
  }

  @Test
  void secondOrderWithTheSameKeyGetsTheFirstAnswer() throws Exception {
    String key = key();
    Placement first = place(one, ALICE, key, CLASSIC, 1);
    one.call(() -> one.orders.pay(first.order().orderId(), ALICE, "tok_ok"));
    Placement second = place(two, ALICE, key, CLASSIC, 1);
    assertThat(second.origin()).isEqualTo(Origin.REPLAYED);
    assertThat(second.order()).isEqualTo(first.order());
    assertThat(refusal(() -> place(two, ALICE, key, CLASSIC, 2)))
        .isInstanceOf(Refusal.IdempotencyKeyReused.class);
  }

  @Test
  void anOrderOfAnUnknownDesignIsRefusedAndOneOfAKnownDesignKeepsIt() throws Exception {
    String unknown = "0".repeat(64);
    String known = "a".repeat(64);
    assertThat(
            refusal(
                () ->
                    one.call(
                        () ->
                            one.orders.place(
                                request(
                                    ALICE,
                                    key(),
                                    List.of(new RequestedLine(CLASSIC, 1, unknown)))))))
        .isEqualTo(new Refusal.UnknownDesign(unknown));
    Order order =
        one.call(
                () ->
                    one.orders.place(
                        request(ALICE, key(), List.of(new RequestedLine(CLASSIC, 1, known)))))
            .order();
    assertThat(two.call(() -> two.orders.find(order.orderId(), ALICE)).lines().getFirst())
        .isEqualTo(new OrderLine(CLASSIC, 1, 4900, known));
  }

  @Test
  void aKeyBelongsToItsCustomer() throws Exception {
    String key = key();
    Principal bob = new Principal("bob", Role.CUSTOMER, Membership.NONE);
    Placement alices = place(one, ALICE, key, CLASSIC, 1);
    Placement bobs = place(one, bob, key, CLASSIC, 1);
    assertThat(bobs.order().orderId()).isNotEqualTo(alices.order().orderId());
    assertThat(refusal(() -> one.call(() -> one.orders.find(alices.order().orderId(), bob))))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void hundredCopiesOnTwoLoopsMakeOneOrder() throws Exception {
    String key = key();
    List<Future<Placement>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(begin(i % 2 == 0 ? one : two, ALICE, key, CLASSIC, 3));
    }
    Set<Order> orders = new HashSet<>();
    for (Future<Placement> answer : answers) {
      orders.add(answer.await(30, TimeUnit.SECONDS).order());
    }
    assertThat(orders).hasSize(1);
    assertThat(count("SELECT count(*) FROM orders WHERE idem_key = '" + key + "'")).isEqualTo(1);
    assertAuditOk();
  }

  @Test
  void neverMoreIsSoldThanThereIsAndWhatIsCancelledCanBeSoldAgain() throws Exception {
    Sku sku = new Sku("HOODIE-RED-M");
    one.call(() -> one.stock.setTotal(sku, 100));
    List<UUID> sold = sell(sku, 500);
    assertThat(sold).hasSize(100);
    assertThat(level(sku).available()).isZero();
    for (UUID orderId : sold.subList(0, 10)) {
      two.call(() -> two.orders.cancel(orderId, ALICE));
    }
    assertThat(sell(sku, 100)).hasSize(10);
    assertAuditOk();
  }

  @Test
  void anOrderOfSeveralLinesGetsAllOfThemOrNone() throws Exception {
    Sku plenty = new Sku("TANK-RED-S");
    Sku scarce = new Sku("TANK-RED-M");
    one.call(() -> one.stock.setTotal(scarce, 3));
    List<RequestedLine> lines =
        List.of(new RequestedLine(plenty, 5, null), new RequestedLine(scarce, 2, null));
    assertThat(one.call(() -> one.orders.place(request(ALICE, key(), lines))).origin())
        .isEqualTo(Origin.PLACED);
    assertThat(refusal(() -> one.call(() -> one.orders.place(request(ALICE, key(), lines)))))
        .isEqualTo(new Refusal.OutOfStock("TANK-RED-M", 2));
    assertThat(level(plenty).held()).isEqualTo(5);
    assertThat(level(scarce).held()).isEqualTo(2);
    assertAuditOk();
  }

  @Test
  void theRetryOfTheOrderThatTookTheLastUnitGetsItsOrder() throws Exception {
    Sku sku = new Sku("HOODIE-RED-S");
    one.call(() -> one.stock.setTotal(sku, 1));
    String key = key();
    Placement first = place(one, ALICE, key, sku, 1);
    assertThat(refusal(() -> place(one, ALICE, key(), sku, 1)))
        .isInstanceOf(Refusal.OutOfStock.class);
    for (ShopLoop loop : List.of(one, two, one)) {
      Placement again = place(loop, ALICE, key, sku, 1);
      assertThat(again.order()).isEqualTo(first.order());
    }
  }

  @Test
  void onePoisonOrderInABatchOf256IsRefusedAlone() throws Exception {
    execute("ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (customer <> 'poison') NOT VALID");
    Principal poison = new Principal("poison", Role.CUSTOMER, Membership.NONE);
    List<Future<Placement>> answers = new ArrayList<>();
    List<Future<Placement>> begun = new ArrayList<>();
    one.call(
        () -> {
          for (int i = 0; i < 256; i++) {
            Principal customer = i == 100 ? poison : ALICE;
            begun.add(one.orders.place(request(customer, key(), lines(CLASSIC, 1))));
          }
          return Future.succeededFuture();
        });
    answers.addAll(begun);
    for (int i = 0; i < 256; i++) {
      Future<Placement> answer = answers.get(i);
      if (i == 100) {
        assertThat(refusal(() -> answer.await(30, TimeUnit.SECONDS)))
            .isInstanceOf(Refusal.InvalidRequest.class);
      } else {
        assertThat(answer.await(30, TimeUnit.SECONDS).origin()).isEqualTo(Origin.PLACED);
      }
    }
    execute("ALTER TABLE orders DROP CONSTRAINT no_poison");
    assertAuditOk();
  }

  @Test
  void aCommitThatFailsAfterItsRowsCameBackIsNotAcknowledged() throws Exception {
    execute(
        "CREATE FUNCTION refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.customer = 'late' THEN RAISE check_violation; END IF; RETURN NULL; END $$");
    execute(
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION refuse_late()");
    Principal late = new Principal("late", Role.CUSTOMER, Membership.NONE);
    assertThat(refusal(() -> place(one, late, key(), CLASSIC, 1)))
        .isInstanceOf(Refusal.InvalidRequest.class);
    execute("DROP TRIGGER late ON orders");
    assertThat(count("SELECT count(*) FROM orders WHERE customer = 'late'")).isZero();
    assertAuditOk();
  }

  @Test
  void backendsTerminatedUnderLoadLoseAndDoubleNothing() throws Exception {
    Sku sku = new Sku("LONGSLEEVE-NAVY-L");
    Set<UUID> acknowledged = new HashSet<>();
    List<String> open = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      Map<String, Future<Placement>> answers = new java.util.HashMap<>();
      for (int i = 0; i < 100; i++) {
        String key = key();
        answers.put(key, begin(i % 2 == 0 ? one : two, ALICE, key, sku, 1));
      }
      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'pigpig-test-writer'");
      for (Map.Entry<String, Future<Placement>> answer : answers.entrySet()) {
        try {
          acknowledged.add(answer.getValue().await(30, TimeUnit.SECONDS).order().orderId());
        } catch (RefusedException e) {
          assertThat(e.refusal()).isInstanceOf(Refusal.Retryable.class);
          open.add(answer.getKey());
        }
      }
    }
    for (String key : open) {
      acknowledged.add(placeInTheEnd(key, sku).order().orderId());
    }
    assertThat(acknowledged).hasSize(1000);
    assertThat(level(sku).held()).isEqualTo(1000);
    assertThat(
            count("SELECT count(*) FROM orders WHERE status <> 0 AND lines LIKE '" + sku + "*%'"))
        .isEqualTo(1000);
    assertAuditOk();
  }

  @Test
  void payingSellsTheHoldAndACancelledOrderTakesNoPayment() throws Exception {
    Sku sku = new Sku("TANK-NAVY-L");
    Order order = place(one, ALICE, key(), sku, 4).order();
    assertThat(refusal(() -> one.call(() -> one.orders.pay(order.orderId(), ALICE, "tok_no"))))
        .isInstanceOf(Refusal.PaymentDeclined.class);
    Order paid = one.call(() -> one.orders.pay(order.orderId(), ALICE, "tok_ok"));
    assertThat(paid.status()).isEqualTo(OrderStatus.PAID);
    assertThat(two.call(() -> two.orders.pay(order.orderId(), ALICE, "tok_ok"))).isEqualTo(paid);
    assertThat(level(sku)).isEqualTo(new StockLevel(sku, 10_000, 0, 4));
    assertThat(one.call(() -> one.orders.cancel(order.orderId(), OPERATOR)).status())
        .isEqualTo(OrderStatus.CANCELLED);
    assertThat(level(sku)).isEqualTo(new StockLevel(sku, 10_000, 0, 0));
    assertThat(refusal(() -> one.call(() -> one.orders.pay(order.orderId(), ALICE, "tok_ok"))))
        .isEqualTo(new Refusal.OrderNotPayable(order.orderId().toString(), "CANCELLED"));
    List<StatusChange> timeline = one.call(() -> one.orders.timeline(order.orderId(), ALICE, 0));
    assertThat(timeline.stream().map(StatusChange::status))
        .containsExactly(OrderStatus.PENDING_PAYMENT, OrderStatus.PAID, OrderStatus.CANCELLED);
    assertThat(timeline.stream().map(StatusChange::sequence)).containsExactly(1, 2, 3);
    assertAuditOk();
  }

  @Test
  void anUnpaidOrderExpiresAndItsUnitsComeBack() throws Exception {
    Sku sku = new Sku("TANK-GREEN-XS");
    OrderSettings brief =
        SettingsReader.read(OrderSettings.class, Map.of("payment-window", "200ms"));
    ShopLoop loop = ShopLoop.open(vertx, database, TestStores.redisUrl(), ShopLoop.boards(), brief);
    try {
      Order unpaid = place(loop, ALICE, key(), sku, 7).order();
      Order paid = place(loop, ALICE, key(), sku, 5).order();
      loop.call(() -> loop.orders.pay(paid.orderId(), ALICE, "tok_ok"));
      OrderLedger.Expired expired = new OrderLedger.Expired(0, false, Map.of());
      for (int look = 0; expired.orders() == 0 && look < 200; look++) {
        expired = loop.call(loop.ledger::expireSome);
        vertx.timer(20, TimeUnit.MILLISECONDS).await();
      }
      assertThat(expired.units()).containsEntry(sku, 7L);
      Map<Sku, Long> units = expired.units();
      loop.call(() -> loop.unitsBack.giveBack(units));
      assertThat(loop.call(() -> loop.orders.find(unpaid.orderId(), ALICE)).status())
          .isEqualTo(OrderStatus.EXPIRED);
      assertThat(level(sku)).isEqualTo(new StockLevel(sku, 10_000, 0, 5));
    } finally {
      loop.close();
    }
    assertAuditOk();
  }

  @Test
  void whatTheLedgerIsShortOfIsNamedAndTheOtherLinesGoBackToTheGate() throws Exception {
    Sku there = new Sku("TANK-BLACK-L");
    Sku gone = new Sku("TANK-BLACK-XL");
    execute("UPDATE stock SET total = 0 WHERE sku = 'TANK-BLACK-XL'");
    List<RequestedLine> lines =
        List.of(new RequestedLine(there, 2, null), new RequestedLine(gone, 1, null));
    assertThat(refusal(() -> one.call(() -> one.orders.place(request(ALICE, key(), lines)))))
        .isEqualTo(new Refusal.OutOfStock("TANK-BLACK-XL", 1));
    assertThat(one.call(one.keeper::drift)).as("SKUs in which the gate differs").isLessThan(2);
    one.call(() -> one.stock.setTotal(gone, 10_000));
    assertAuditOk();
  }

  @Test
  void aPaymentThatWaitsTooLongIsUnknownAndCanBeAskedAgain() throws Exception {
    OrderSettings hasty =
        SettingsReader.read(OrderSettings.class, Map.of("settle-timeout", "150ms"));
    ShopLoop loop = ShopLoop.open(vertx, database, TestStores.redisUrl(), ShopLoop.boards(), hasty);
    try (Connection holder = DriverManager.getConnection(TestStores.jdbcUrl(database))) {
      Order order = place(loop, ALICE, key(), CLASSIC, 1).order();
      holder.setAutoCommit(false);
      holder
          .createStatement()
          .execute("SELECT 1 FROM orders WHERE order_id = '" + order.orderId() + "' FOR UPDATE");
      assertThat(refusal(() -> loop.call(() -> loop.orders.pay(order.orderId(), ALICE, "tok_ok"))))
          .isInstanceOf(Refusal.OutcomeUnknown.class);
      holder.rollback();
      assertThat(one.call(() -> one.orders.pay(order.orderId(), ALICE, "tok_ok")).status())
          .isEqualTo(OrderStatus.PAID);
    } finally {
      loop.close();
    }
  }

  @Test
  void listsACustomersOrdersNewestFirstPageByPage() throws Exception {
    Principal lin = new Principal("lin", Role.CUSTOMER, Membership.NONE);
    List<UUID> placed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      placed.addFirst(place(one, lin, key(), CLASSIC, 1).order().orderId());
    }
    OrderPage first = one.call(() -> one.orders.list(lin, 3, null));
    OrderPage second = one.call(() -> one.orders.list(lin, 3, first.next()));
    List<UUID> listed = new ArrayList<>();
    first.orders().forEach(order -> listed.add(order.orderId()));
    second.orders().forEach(order -> listed.add(order.orderId()));
    assertThat(listed).isEqualTo(placed);
    assertThat(second.next()).isNull();
  }

  private static List<UUID> sell(Sku sku, int requests) throws Exception {
    List<Future<Placement>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      answers.add(begin(i % 2 == 0 ? one : two, ALICE, key(), sku, 1));
    }
    List<UUID> sold = new ArrayList<>();
    for (Future<Placement> answer : answers) {
      try {
        sold.add(answer.await(30, TimeUnit.SECONDS).order().orderId());
      } catch (RefusedException e) {
        assertThat(e.refusal()).isInstanceOf(Refusal.OutOfStock.class);
      }
    }
    return sold;
  }

  private static Placement placeInTheEnd(String key, Sku sku) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (true) {
      try {
        return place(one, ALICE, key, sku, 1);
      } catch (RefusedException e) {
        assertThat(e.refusal()).isInstanceOf(Refusal.Retryable.class);
        assertThat(Instant.now()).isBefore(deadline);
        vertx.timer(50, TimeUnit.MILLISECONDS).await();
      }
    }
  }

  private static StockLevel level(Sku sku) throws Exception {
    return one.call(() -> one.stock.level(sku));
  }

  private static void assertAuditOk() throws Exception {
    for (Audit.Check check : one.call(one.audit::run)) {
      assertThat(check.violations()).as(check.name()).isZero();
    }
  }

  private static Placement place(ShopLoop loop, Principal who, String key, Sku sku, int quantity)
      throws Exception {
    return begin(loop, who, key, sku, quantity).await(30, TimeUnit.SECONDS);
  }

  private static Future<Placement> begin(
      ShopLoop loop, Principal who, String key, Sku sku, int quantity) {
    return loop.begin(() -> loop.orders.place(request(who, key, lines(sku, quantity))));
  }

  private static List<RequestedLine> lines(Sku sku, int quantity) {
    return List.of(new RequestedLine(sku, quantity, null));
  }

  private static PlaceOrder request(Principal who, String key, List<RequestedLine> lines) {
    long deadlineNanos = io.pigpig.runtime.Ticker.system().nanos() + 10_000_000_000L;
    return new PlaceOrder(who, key, lines, deadlineNanos);
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  /** Runs what must be refused and answers the refusal. */
  private static Refusal refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    RefusedException[] refused = new RefusedException[1];
    assertThatThrownBy(work).isInstanceOfSatisfying(RefusedException.class, e -> refused[0] = e);
    return refused[0].refusal();
  }

  private static void execute(String sql) throws Exception {
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(String sql) throws Exception {
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
