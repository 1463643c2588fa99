package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Placement.Origin;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order path on two event loops while its stores are emptied, killed or stand in the way. */
final class OrderFaultTest {

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku CLASSIC = new Sku("TEE-CLASSIC-WHITE-M");
  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);
  private static final Duration OPEN_WITHIN = Duration.ofSeconds(5);
  private static final int ROUNDS = 5;
  private static final int ROUND_ORDERS = 100;

  private static Vertx vertx;
  private static String database;
  private static ShopLoop one;
  private static ShopLoop two;

  /** What became of the orders under a fault; those that stayed open may be orders or not. */
  private record Answers(Map<String, Order> placed, Set<String> open) {}

  /** A fault of the stores. */
  private interface Fault {
    void strike() throws Exception;
  }

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    database = TestStores.freshDatabase("order_faults");
    SoldOutBoards boards = ShopLoop.boards();
    OrderSettings settings =
        SettingsReader.read(OrderSettings.class, Map.of("payment-window", "10m"));
    one = ShopLoop.open(vertx, database, TestStores.redisUrl(), boards, settings);
    two = ShopLoop.open(vertx, database, TestStores.redisUrl(), boards, settings);
  }

  @AfterAll
  static void close() throws Exception {
    one.close();
    two.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** A loop learns with its next order that the test before it left another gate behind. */
  @BeforeEach
  void bothLoopsAccept() {
    for (ShopLoop loop : List.of(one, two)) {
      Eventually.holds("accepting", BACK_WITHIN, () -> isPlaced(loop, CLASSIC));
    }
  }

  @Test
  void emptiedRedisSellsNothingTwiceAndAcceptsAgainSoon() throws Exception {
    Sku scarce = new Sku("HOODIE-RED-M");
    one.call(() -> one.stock.setTotal(scarce, 250));
    Set<UUID> sold = orderIds(underLoad(scarce, TestStores::flushRedis));
    Sku plenty = new Sku("TANK-RED-S");
    Eventually.holds("accepting again", OPEN_WITHIN, () -> isPlaced(one, plenty));
    assertThat(sold).hasSizeLessThanOrEqualTo(250);
    Eventually.holds(
        "all units sold",
        BACK_WITHIN,
        () -> {
          audit();
          isPlaced(one, scarce);
          return level(scarce).available() == 0;
        });
    assertThat(level(scarce)).isEqualTo(new StockLevel(scarce, 250, 250, 0));
    assertThat(isPlaced(one, scarce)).isFalse();
    assertAuditOk();
  }

  @Test
  void killedRedisLosesAndDoublesNothing() throws Exception {
    assertNothingLostOrDoubled(new Sku("LONGSLEEVE-NAVY-L"), TestStores::kill9Redis);
  }

  @Test
  void killedPostgresLosesAndDoublesNothing() throws Exception {
    assertNothingLostOrDoubled(new Sku("TANK-NAVY-L"), TestStores::kill9Postgres);
  }

  @Test
  void bothStoresKilledLoseAndDoubleNothing() throws Exception {
    assertNothingLostOrDoubled(
        new Sku("TANK-GREEN-XS"),
        () -> {
          TestStores.kill9Redis();
          TestStores.kill9Postgres();
        });
  }

  @Test
  void anOrderBehindALockedRowIsLeftOpenAndItsRetryMakesOneOrder() throws Exception {
    Sku sku = new Sku("HOODIE-RED-S");
    String key = key();
    try (Connection other = DriverManager.getConnection(TestStores.jdbcUrl(database));
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM stock WHERE sku = '" + sku + "' FOR UPDATE");
      long deadlineNanos = Ticker.system().nanos() + Duration.ofMillis(300).toNanos();
      Future<Placement> answer =
          one.begin(() -> one.orders.place(request(key, sku, deadlineNanos)));
      assertThat(refusal(answer)).isInstanceOf(Refusal.OutcomeUnknown.class);
      other.rollback();
    }
    Order order = placedInTheEnd(key, sku);
    Placement again = two.call(() -> two.orders.place(request(key, sku)));
    assertThat(again.origin()).isEqualTo(Origin.REPLAYED);
    assertThat(again.order()).isEqualTo(order);
    assertThat(level(sku).held()).isEqualTo(1);
    assertAuditOk();
  }

  @Test
  void everyOrderIsEitherPaidOrExpired() throws Exception {
    long seed = new Random().nextLong();
    Sku sku = new Sku("TANK-RED-M");
    OrderSettings brief =
        SettingsReader.read(OrderSettings.class, Map.of("payment-window", "1500ms"));
    SoldOutBoards boards = ShopLoop.boards();
    ShopLoop left = ShopLoop.open(vertx, database, TestStores.redisUrl(), boards, brief);
    ShopLoop right = ShopLoop.open(vertx, database, TestStores.redisUrl(), boards, brief);
    try {
      List<Order> orders = new ArrayList<>();
      List<Future<Placement>> begun = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        begun.add(left.begin(() -> left.orders.place(request(key(), sku))));
      }
      for (Future<Placement> answer : begun) {
        orders.add(answer.await(30, TimeUnit.SECONDS).order());
      }
      Collections.shuffle(orders, new Random(seed));
      Set<UUID> paid = payWhileTheyExpire(left, right, orders);
      for (Order order : orders) {
        OrderStatus wanted =
            paid.contains(order.orderId()) ? OrderStatus.PAID : OrderStatus.EXPIRED;
        assertThat(left.call(() -> left.orders.find(order.orderId(), ALICE)).status())
            .as("seed " + seed)
            .isEqualTo(wanted);
      }
      assertThat(level(sku))
          .as("seed " + seed)
          .isEqualTo(new StockLevel(sku, 10_000, 0, paid.size()));
    } finally {
      left.close();
      right.close();
    }
    assertAuditOk();
  }

  /** Payments from both loops around the instant of the expiry, between sweeps from both. */
  private static Set<UUID> payWhileTheyExpire(ShopLoop left, ShopLoop right, List<Order> orders)
      throws Exception {
    Instant last = orders.stream().map(Order::expiresAt).max(Instant::compareTo).orElseThrow();
    Instant first = orders.stream().map(Order::expiresAt).min(Instant::compareTo).orElseThrow();
    Eventually.holds(
        "almost expired",
        Duration.ofSeconds(10),
        () -> Instant.now().isAfter(first.minusMillis(20)));
    Map<UUID, Future<Order>> payments = new HashMap<>();
    List<Future<OrderLedger.Expired>> sweeps = new ArrayList<>();
    for (Order order : orders) {
      ShopLoop payer = payments.size() % 2 == 0 ? left : right;
      payments.put(
          order.orderId(), payer.begin(() -> payer.orders.pay(order.orderId(), ALICE, "tok_ok")));
      if (payments.size() % 10 == 0) {
        sweeps.add(left.begin(left.ledger::expireSome));
        sweeps.add(right.begin(right.ledger::expireSome));
        vertx.timer(5, TimeUnit.MILLISECONDS).await();
      }
    }
    Set<UUID> paid = new HashSet<>();
    for (Map.Entry<UUID, Future<Order>> payment : payments.entrySet()) {
      try {
        paid.add(payment.getValue().await(30, TimeUnit.SECONDS).orderId());
      } catch (RefusedException e) {
        assertThat(e.refusal()).isInstanceOf(Refusal.OrderNotPayable.class);
      }
    }
    for (Future<OrderLedger.Expired> sweep : sweeps) {
      sweep.await(30, TimeUnit.SECONDS);
    }
    Eventually.holds(
        "all expired",
        Duration.ofSeconds(20),
        () -> Instant.now().isAfter(last) && quietly(() -> sweep(left)) == 0);
    return paid;
  }

  private static long sweep(ShopLoop loop) throws Exception {
    return loop.call(loop.ledger::expireSome).orders();
  }

  @Test
  void copiesOfScarceOrdersOnTwoLoopsSellEachUnitOnce() throws Exception {
    long seed = new Random().nextLong();
    Sku sku = new Sku("TANK-NAVY-M");
    one.call(() -> one.stock.setTotal(sku, 50));
    List<String> requests = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      requests.addAll(Collections.nCopies(4, key()));
    }
    Collections.shuffle(requests, new Random(seed));
    List<Future<Placement>> answers = new ArrayList<>();
    for (String key : requests) {
      ShopLoop loop = answers.size() % 2 == 0 ? one : two;
      answers.add(loop.begin(() -> loop.orders.place(request(key, sku))));
    }
    Map<String, Order> placed = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      try {
        Order order = answers.get(i).await(30, TimeUnit.SECONDS).order();
        Order earlier = placed.putIfAbsent(requests.get(i), order);
        assertThat(earlier == null || earlier.equals(order)).as("seed " + seed).isTrue();
      } catch (RefusedException e) {
        assertThat(e.refusal()).as("seed " + seed).isInstanceOf(Refusal.OutOfStock.class);
      }
    }
    assertThat(placed).as("seed " + seed).hasSizeLessThanOrEqualTo(50);
    // A copy on the other loop holds gate units for a moment, so that another order may be refused
    // meanwhile; what is left afterwards can be bought.
    Eventually.holds(
        "all units sold",
        BACK_WITHIN,
        () -> {
          audit();
          isPlaced(two, sku);
          return level(sku).available() == 0;
        });
    for (Map.Entry<String, Order> entry : placed.entrySet()) {
      assertThat(placedInTheEnd(entry.getKey(), sku)).isEqualTo(entry.getValue());
    }
    assertThat(level(sku)).isEqualTo(new StockLevel(sku, 50, 50, 0));
    assertAuditOk();
  }

  private static void assertNothingLostOrDoubled(Sku sku, Fault fault) throws Exception {
    Answers answers = underLoad(sku, fault);
    for (Map.Entry<String, Order> entry : answers.placed().entrySet()) {
      assertThat(placedInTheEnd(entry.getKey(), sku)).isEqualTo(entry.getValue());
    }
    Set<UUID> ids = orderIds(answers);
    for (String key : answers.open()) {
      ids.add(placedInTheEnd(key, sku).orderId());
    }
    assertThat(ids).hasSize(ROUNDS * ROUND_ORDERS);
    assertThat(level(sku).held()).isEqualTo(ROUNDS * ROUND_ORDERS);
    assertAuditOk();
  }

  private static Answers underLoad(Sku sku, Fault fault) throws Exception {
    Answers answers = new Answers(new HashMap<>(), new HashSet<>());
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, Future<Placement>> begun = new HashMap<>();
      for (int i = 0; i < ROUND_ORDERS; i++) {
        ShopLoop loop = i % 2 == 0 ? one : two;
        String key = key();
        begun.put(key, loop.begin(() -> loop.orders.place(request(key, sku))));
      }
      if (round == 1) {
        fault.strike();
      }
      for (Map.Entry<String, Future<Placement>> answer : begun.entrySet()) {
        sort(answers, answer.getKey(), answer.getValue());
      }
    }
    return answers;
  }

  private static void sort(Answers answers, String key, Future<Placement> answer) throws Exception {
    try {
      answers.placed().put(key, answer.await(30, TimeUnit.SECONDS).order());
    } catch (RefusedException e) {
      if (!(e.refusal() instanceof Refusal.OutOfStock)) {
        assertThat(e.refusal()).isInstanceOf(Refusal.Retryable.class);
        answers.open().add(key);
      }
    }
  }

  private static Set<UUID> orderIds(Answers answers) {
    Set<UUID> ids = new HashSet<>();
    answers.placed().values().forEach(order -> ids.add(order.orderId()));
    return ids;
  }

  private static Order placedInTheEnd(String key, Sku sku) {
    List<Order> placed = new ArrayList<>();
    Eventually.holds(
        "the order of " + key,
        BACK_WITHIN,
        () -> {
          try {
            placed.add(one.call(() -> one.orders.place(request(key, sku))).order());
            return true;
          } catch (RefusedException e) {
            assertThat(e.refusal()).isInstanceOf(Refusal.Retryable.class);
            return false;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    return placed.getFirst();
  }

  private static boolean isPlaced(ShopLoop loop, Sku sku) {
    try {
      loop.call(() -> loop.orders.place(request(key(), sku)));
      return true;
    } catch (RefusedException e) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Refusal refusal(Future<Placement> answer) throws Exception {
    try {
      throw new AssertionError("placed: " + answer.await(30, TimeUnit.SECONDS));
    } catch (RefusedException e) {
      return e.refusal();
    }
  }

  private static StockLevel level(Sku sku) {
    return quietly(() -> one.call(() -> one.stock.level(sku)));
  }

  private static List<Audit.Check> audit() {
    return quietly(() -> one.call(one.audit::run));
  }

  private static <T> T quietly(java.util.concurrent.Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertAuditOk() {
    for (Audit.Check check : audit()) {
      assertThat(check.violations()).as(check.name()).isZero();
    }
  }

  private static PlaceOrder request(String key, Sku sku) {
    return request(key, sku, Ticker.system().nanos() + Duration.ofSeconds(10).toNanos());
  }

  private static PlaceOrder request(String key, Sku sku, long deadlineNanos) {
    return new PlaceOrder(ALICE, key, List.of(new RequestedLine(sku, 1, null)), deadlineNanos);
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }
}
