package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Placement.Origin;
import io.pigpig.order.rpc.RemoteOrders;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.RemoteOrders.Way;
import io.pigpig.order.rpc.ServedOrders;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders do the same, whatever carries them. Real Postgres, real Redis, real sockets. */
final class OrderCarriersTest {

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Principal BOB = new Principal("bob", Role.CUSTOMER, Membership.MEMBER);
  private static final Principal OPERATOR = new Principal("ops", Role.OPERATOR, Membership.NONE);
  private static final Sku CLASSIC = new Sku("TEE-CLASSIC-WHITE-M");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int UNITS = 100;
  private static final int CLIENTS = 64;

  /** What is between the caller and the orders. */
  enum Carrier {
    CALL("TANK-NAVY-S"),
    BUS("TANK-NAVY-M"),
    BUS_BATCHED("TANK-NAVY-L"),
    GRPC("TANK-GREEN-S"),
    GRPC_BATCHED("TANK-GREEN-M");

    /** What is sold out over this carrier. */
    private final String rare;

    Carrier(String rare) {
      this.rare = rare;
    }
  }

  private static Vertx vertx;
  private static String database;
  private static ShopLoop.World world;
  private static ShopLoop shop;
  private static TestCarriers carriers;
  private static final Map<Carrier, OrderService> SERVICES = new EnumMap<>(Carrier.class);

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    database = TestStores.freshDatabase("order_carriers");
    world = ShopLoop.World.on(vertx, database);
    shop = ShopLoop.open(world, SettingsReader.read(OrderSettings.class, Map.of()));
    carriers =
        new TestCarriers(
            vertx,
            shop.context,
            Map.of(),
            () ->
                ServedOrders.of(
                    shop.orders, Ticker.system(), Pause.of(vertx), Duration.ofMillis(20)));
    SERVICES.put(Carrier.CALL, shop.orders);
    SERVICES.put(Carrier.BUS, remote(carriers.byBus(), Placing.ONE_BY_ONE));
    SERVICES.put(Carrier.BUS_BATCHED, remote(carriers.byBus(), Placing.BATCHED));
    SERVICES.put(Carrier.GRPC, remote(carriers.byGrpc(), Placing.ONE_BY_ONE));
    SERVICES.put(Carrier.GRPC_BATCHED, remote(carriers.byGrpc(), Placing.BATCHED));
  }

  private static OrderService remote(RpcCaller caller, Placing placing) {
    return new RemoteOrders(
        new Way(caller, placing),
        new RemoteOrders.Settings(
            SettingsReader.read(OrderSettings.class, Map.of()), carriers.settings()),
        new LoopTools(
            Ticker.system(), InstantSource.system(), Pause.of(vertx), RandomGenerator.getDefault()),
        new Loop(carriers.client()));
  }

  @AfterAll
  static void close() throws Exception {
    carriers.close();
    shop.close();
    world.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void aKeyMakesOneOrderAndReadsBackAsItWasAnswered(Carrier by) throws Exception {
    String key = key();
    PlaceOrder order = order(ALICE, key, CLASSIC, 2);
    Placement first = on(by, orders -> orders.place(order));
    assertThat(first.origin()).isEqualTo(Origin.PLACED);
    assertThat(first.order().totalCents()).isEqualTo(2 * 4900);
    Placement again = on(by, orders -> orders.place(order(ALICE, key, CLASSIC, 2)));
    assertThat(again).isEqualTo(new Placement(first.order(), Origin.REPLAYED));
    Order read = on(by, orders -> orders.find(first.order().orderId(), ALICE));
    assertThat(read).isEqualTo(first.order());
    assertThat(refusal(by, orders -> orders.place(order(ALICE, key, CLASSIC, 3))))
        .isEqualTo(new Refusal.IdempotencyKeyReused(key));
  }

  @ParameterizedTest
  @EnumSource
  void membersAndDesignsTravelWithTheOrder(Carrier by) throws Exception {
    String design = "a".repeat(64);
    PlaceOrder printed =
        new PlaceOrder(BOB, key(), List.of(new RequestedLine(CLASSIC, 1, design)), soon(20_000));
    assertThat(on(by, orders -> orders.place(printed)).order().lines())
        .containsExactly(new OrderLine(CLASSIC, 1, 4410, design));
    String unknown = "0".repeat(64);
    PlaceOrder impossible =
        new PlaceOrder(BOB, key(), List.of(new RequestedLine(CLASSIC, 1, unknown)), soon(20_000));
    assertThat(refusal(by, orders -> orders.place(impossible)))
        .isEqualTo(new Refusal.UnknownDesign(unknown));
  }

  @ParameterizedTest
  @EnumSource
  void everyRefusalArrivesWhole(Carrier by) throws Exception {
    Sku nothing = new Sku("NO-SUCH-SKU");
    assertThat(refusal(by, orders -> orders.place(order(ALICE, key(), nothing, 1))))
        .isEqualTo(new Refusal.UnknownSku("NO-SUCH-SKU"));
    Order order = on(by, orders -> orders.place(order(ALICE, key(), CLASSIC, 1))).order();
    UUID id = order.orderId();
    assertThat(refusal(by, orders -> orders.find(id, BOB))).isInstanceOf(Refusal.NotFound.class);
    assertThat(refusal(by, orders -> orders.pay(id, ALICE, "tok_no")))
        .isEqualTo(new Refusal.PaymentDeclined(id.toString()));
    assertThat(on(by, orders -> orders.cancel(id, ALICE)).status())
        .isEqualTo(OrderStatus.CANCELLED);
    assertThat(refusal(by, orders -> orders.pay(id, ALICE, "tok_ok")))
        .isEqualTo(new Refusal.OrderNotPayable(id.toString(), "CANCELLED"));
  }

  @ParameterizedTest
  @EnumSource
  void lifeAndTimelineAreTheSame(Carrier by) throws Exception {
    Principal customer = new Principal("life-" + by, Role.CUSTOMER, Membership.NONE);
    Order older = on(by, orders -> orders.place(order(customer, key(), CLASSIC, 1))).order();
    Order newer = on(by, orders -> orders.place(order(customer, key(), CLASSIC, 1))).order();
    Order paid = on(by, orders -> orders.pay(older.orderId(), customer, "tok_ok"));
    assertThat(paid.status()).isEqualTo(OrderStatus.PAID);
    List<StatusChange> timeline = on(by, orders -> orders.timeline(older.orderId(), customer, 0));
    assertThat(timeline.stream().map(StatusChange::status))
        .containsExactly(OrderStatus.PENDING_PAYMENT, OrderStatus.PAID);
    List<UUID> both = List.of(older.orderId(), newer.orderId());
    Map<UUID, List<StatusChange>> changes = on(by, orders -> orders.changes(both, 1));
    assertThat(changes).isEqualTo(Map.of(older.orderId(), timeline.subList(1, 2)));
    OrderPage first = on(by, orders -> orders.list(customer, 1, null));
    assertThat(first.orders()).containsExactly(newer);
    OrderPage second = on(by, orders -> orders.list(customer, 1, first.next()));
    assertThat(second.orders()).containsExactly(paid);
    Order seen = on(by, orders -> orders.find(older.orderId(), OPERATOR));
    assertThat(seen).isEqualTo(paid);
  }

  @ParameterizedTest
  @EnumSource
  void moreClientsThanUnitsBuyWhatThereIs(Carrier by) throws Exception {
    Sku sku = new Sku(by.rare);
    shop.call(() -> shop.stock.setTotal(sku, UNITS));
    List<Future<Placement>> answers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Principal client = new Principal("client-" + i, Role.CUSTOMER, Membership.NONE);
      for (int n = 0; n < 3; n++) {
        answers.add(begin(by, orders -> orders.place(order(client, key(), sku, 1))));
      }
    }
    int placed = 0;
    for (Future<Placement> answer : answers) {
      try {
        answer.await(60, TimeUnit.SECONDS);
        placed++;
      } catch (RefusedException e) {
        assertThat(e.refusal()).isEqualTo(new Refusal.OutOfStock(sku.value(), 1));
      }
    }
    assertThat(placed).isEqualTo(UNITS);
    assertThat(shop.call(() -> shop.stock.level(sku)).held()).isEqualTo(UNITS);
    assertThat(shop.call(() -> shop.audit.run())).allMatch(check -> check.violations() == 0);
  }

  @ParameterizedTest
  @EnumSource
  void aDeadlineIsKeptAndTheKeyFindsOutWhatBecameOfTheOrder(Carrier by) throws Exception {
    Sku sku = new Sku("HOODIE-GREEN-XXL");
    String key = key();
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(database))) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = '" + sku + "' FOR UPDATE");
      }
      assertThat(refusal(by, orders -> orders.place(order(ALICE, key, sku, 1, soon(400)))))
          .isInstanceOf(Refusal.OutcomeUnknown.class);
      locker.rollback();
    }
    Placement found = placeInTheEnd(by, key, sku);
    assertThat(on(by, orders -> orders.place(order(ALICE, key, sku, 1))).order())
        .isEqualTo(found.order());
  }

  /** The first attempt may still be under way, and then asking again is refused for now. */
  private static Placement placeInTheEnd(Carrier by, String key, Sku sku) {
    List<Placement> made = new ArrayList<>();
    Eventually.holds(
        "the key finds its order",
        PATIENCE,
        () -> {
          try {
            made.add(on(by, orders -> orders.place(order(ALICE, key, sku, 1))));
          } catch (RefusedException e) {
            assertThat(e.refusal()).isInstanceOf(Refusal.Retryable.class);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return !made.isEmpty();
        });
    return made.getFirst();
  }

  /** One call of the service under test. */
  private interface Asked<T> {
    Future<T> of(OrderService orders);
  }

  private static <T> Future<T> begin(Carrier by, Asked<T> asked) {
    Callable<Future<T>> work = () -> asked.of(Objects.requireNonNull(SERVICES.get(by)));
    return by == Carrier.CALL ? shop.begin(work) : carriers.begin(work);
  }

  private static <T> T on(Carrier by, Asked<T> asked) throws Exception {
    return begin(by, asked).await(60, TimeUnit.SECONDS);
  }

  private static <T> Refusal refusal(Carrier by, Asked<T> asked) {
    return catchThrowableOfType(RefusedException.class, () -> on(by, asked)).refusal();
  }

  private static PlaceOrder order(Principal who, String key, Sku sku, int quantity) {
    return order(who, key, sku, quantity, soon(20_000));
  }

  private static PlaceOrder order(
      Principal who, String key, Sku sku, int quantity, long deadlineNanos) {
    return new PlaceOrder(who, key, List.of(new RequestedLine(sku, quantity, null)), deadlineNanos);
  }

  private static long soon(long millis) {
    return Ticker.system().nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }
}
