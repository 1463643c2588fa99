package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.bus.BusOrderEvents;
import io.pigpig.order.postgres.PostgresOutbox;
import io.pigpig.runtime.EventPublisher;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.UuidV7;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.stock.bus.BusStockEvents;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Status changes on their way from the real Postgres to the event bus. */
final class OutboxTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku SKU = new Sku("TANK-GREEN-S");

  private final Vertx vertx = Vertx.vertx();
  private final String database = TestStores.freshDatabase("outbox");
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final PgLink link =
      new PgLink(
          vertx,
          database,
          "relay",
          SettingsReader.read(PgLinkSettings.class, Map.of()),
          new Random(3));
  private ShopLoop.@Nullable World world;
  private @Nullable ShopLoop shop;

  @BeforeEach
  void open() throws Exception {
    ShopLoop.World fresh = ShopLoop.World.on(vertx, database);
    world = fresh;
    ShopLoop opened =
        ShopLoop.open(fresh, settings(Map.of("payment-window", "300ms", "relay-lease", "200ms")));
    shop = opened;
    opened.call(link::open);
    vertx
        .eventBus()
        .<JsonObject>consumer(
            BusOrderEvents.STATUS_CHANGED, message -> hearChanges(message.body()));
    vertx
        .eventBus()
        .<JsonObject>consumer(
            BusStockEvents.HELD, message -> heard.add("held " + message.body().getValue("units")));
    vertx
        .eventBus()
        .<JsonObject>consumer(
            BusStockEvents.RELEASED,
            message -> heard.add("released " + message.body().getValue("units")));
    vertx
        .eventBus()
        .<JsonObject>consumer(
            BusStockEvents.SOLD_OUT,
            message -> heard.add("sold out " + message.body().getString("sku")));
  }

  private void hearChanges(JsonObject entry) {
    for (Object order : entry.getJsonArray("orders")) {
      int sequence = ((JsonObject) order).getInteger("sequence");
      heard.add(entry.getString("status") + " " + sequence);
    }
  }

  @AfterEach
  void close() throws Exception {
    shop().call(link::close);
    shop().close();
    if (world != null) {
      world.close();
    }
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void everyChangeOfAnOrderIsHeardWithTheUnitsItMoved() throws Exception {
    EventRelay relay = relay("a");
    UUID id = place(2);
    assertThat(run(relay)).as("no more at once").isFalse();
    awaitHeard("PENDING_PAYMENT 1", "held {\"TANK-GREEN-S\":2}");
    call(() -> shop().ledger.settle(List.of(Settle.cancel(id, null))));
    UUID unpaid = place(1);
    execute("UPDATE orders SET expires_at = now() WHERE order_id = '" + unpaid + "'");
    Eventually.holds("expired", PATIENCE, () -> call(shop().ledger::expireSome).orders() == 1);
    run(relay);
    awaitHeard(
        "CANCELLED 2",
        "released {\"TANK-GREEN-S\":2}",
        "EXPIRED 2",
        "released {\"TANK-GREEN-S\":1}");
    int before = heard.size();
    run(relay);
    call(() -> vertx.timer(1).mapEmpty());
    assertThat(heard).as("nothing twice without a fault").hasSize(before);
  }

  @Test
  void whatWasHandedOnButNotForgottenIsHandedOnAgain() throws Exception {
    PostgresOutbox outbox = outbox("a");
    place(1);
    List<Outbox.Entry> lost = call(() -> outbox.next(10));
    assertThat(lost).hasSize(1);
    List<Outbox.Entry> again = call(() -> outbox.next(10));
    assertThat(again).isEqualTo(lost);
    call(() -> outbox.delivered(again));
    assertThat(call(() -> outbox.next(10))).isEmpty();
  }

  @Test
  void oneProcessHasTheLeaseAndAnotherTakesItOverWithNothingLost() throws Exception {
    PostgresOutbox first = outbox("a");
    PostgresOutbox second = new PostgresOutbox(link, "b", settings(Map.of("relay-lease", "60s")));
    place(1);
    List<Outbox.Entry> entries = call(() -> first.next(10));
    assertThat(entries).hasSize(1);
    Eventually.holds("taken over", PATIENCE, () -> call(() -> second.next(10)).equals(entries));
    assertThat(call(() -> first.next(10))).as("the other has the lease").isEmpty();
  }

  @Test
  void aTransactionThatCommitsLateIsNotPassedBy() throws Exception {
    PostgresOutbox outbox = outbox("a");
    UUID slowOne = UUID.randomUUID();
    try (Connection slow = DriverManager.getConnection(TestStores.jdbcUrl(database));
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      statement.execute(
          "INSERT INTO outbox (status, order_ids, sequences) VALUES (5, '{"
              + slowOne
              + "}', '{2}')");
      place(1);
      List<Outbox.Entry> before = call(() -> outbox.next(10));
      assertThat(before).hasSize(1);
      call(() -> outbox.delivered(before));
      slow.commit();
      assertThat(call(() -> outbox.next(10)))
          .singleElement()
          .satisfies(late -> assertThat(late.changes().getFirst().orderId()).isEqualTo(slowOne));
    }
  }

  @Test
  void aBatchThatIsDecidedOrderByOrderTellsOnlyWhatWasAccepted() throws Exception {
    EventRelay relay = relay("a");
    execute("UPDATE stock SET total = 3 WHERE sku = 'TANK-GREEN-S'");
    List<OrderLedger.NewOrder> batch = List.of(newOrder(2), newOrder(2), newOrder(1));
    List<OrderLedger.Outcome> outcomes = call(() -> shop().ledger.place(batch));
    assertThat(outcomes.stream().filter(OrderLedger.Outcome.Accepted.class::isInstance))
        .as(outcomes.toString())
        .hasSize(2);
    run(relay);
    awaitHeard("held {\"TANK-GREEN-S\":3}", "sold out TANK-GREEN-S");
    assertThat(heard.stream().filter("PENDING_PAYMENT 1"::equals)).hasSize(2);
  }

  @Test
  void aSoldOutSkuIsToldOnceAndAgainAfterUnitsCameBack() throws Exception {
    EventRelay relay = relay("a");
    execute("UPDATE stock SET total = 2 WHERE sku = 'TANK-GREEN-S'");
    UUID all = place(2);
    run(relay);
    awaitHeard("sold out TANK-GREEN-S");
    call(() -> shop().ledger.settle(List.of(Settle.cancel(all, null))));
    run(relay);
    place(2);
    run(relay);
    Eventually.holds(
        "told again",
        PATIENCE,
        () -> heard.stream().filter("sold out TANK-GREEN-S"::equals).count() == 2);
  }

  @Test
  void whatFindsNoRoomIsToldByLaterRunsAndHoldsUpNothingBeforeIt() throws Exception {
    AtomicInteger room = new AtomicInteger();
    EventRelay relay = relay("a", narrow(room));
    for (int i = 0; i < 4; i++) {
      place(1);
    }
    assertThat(run(relay)).as("no room at all").isFalse();
    assertThat(rows()).isEqualTo(4);
    for (int left = 3; left >= 0; left--) {
      // Two events an entry: one entry, and the half of another.
      room.set(3);
      assertThat(run(relay)).as("more at once").isEqualTo(left > 0);
      assertThat(rows()).isEqualTo(left);
    }
    awaitHeard("PENDING_PAYMENT 1", "held {\"TANK-GREEN-S\":1}");
    assertThat(heard.stream().filter(event -> event.startsWith("held"))).hasSize(4);
  }

  @Test
  void moreSoldOutSkusThanThereIsRoomForAreToldInTurnsAndEachOnce() throws Exception {
    AtomicInteger room = new AtomicInteger();
    EventRelay relay = relay("a", narrow(room));
    List<String> skus = List.of("TANK-GREEN-S", "TANK-GREEN-M", "TANK-GREEN-L", "TANK-GREEN-XL");
    for (String sku : skus) {
      execute("UPDATE stock SET total = 1 WHERE sku = '" + sku + "'");
    }
    call(() -> shop().orders.place(request(skus)));
    room.set(3);
    assertThat(run(relay)).as("one SKU").isTrue();
    assertThat(rows()).as("not before all was told").isEqualTo(1);
    room.set(2);
    run(relay);
    assertThat(rows()).isEqualTo(1);
    room.set(2);
    run(relay);
    assertThat(rows()).isZero();
    awaitHeard(skus.stream().map(sku -> "sold out " + sku).toArray(String[]::new));
    assertThat(heard.stream().filter(event -> event.startsWith("sold out"))).hasSize(4);
  }

  @Test
  void aRelayThatClosesHandsItsLeaseBack() throws Exception {
    Map<String, String> patient = Map.of("relay-lease", "60s");
    EventRelay leaving =
        relay(
            new PostgresOutbox(link, "a", settings(patient)), EventPublisher.on(vertx.eventBus()));
    place(1);
    run(leaving);
    place(1);
    PostgresOutbox next = new PostgresOutbox(link, "b", settings(patient));
    assertThat(call(() -> next.next(10))).as("leased").isEmpty();
    call(leaving::close);
    assertThat(run(leaving)).as("tells no more").isFalse();
    assertThat(call(() -> next.next(10))).as("at once").hasSize(1);
    call(leaving::close);
    assertThat(call(() -> next.next(10))).as("only its own is handed back").hasSize(1);
  }

  /** Room for so many events; more are refused. */
  private EventPublisher narrow(AtomicInteger room) {
    return (address, event) -> {
      if (room.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
        throw new RefusedException(new Refusal.Overloaded("bus", Refused.RETRY_AFTER));
      }
      vertx.eventBus().publish(address, event);
    };
  }

  private int rows() throws SQLException {
    try (Connection connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM outbox")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private EventRelay relay(String owner) {
    return relay(owner, EventPublisher.on(vertx.eventBus()));
  }

  private EventRelay relay(String owner, EventPublisher out) {
    return relay(outbox(owner), out);
  }

  private EventRelay relay(Outbox outbox, EventPublisher out) {
    return new EventRelay(
        new EventRelay.Parts(
            outbox,
            new PostgresStockLedger(link),
            new BusOrderEvents(out),
            new BusStockEvents(vertx.eventBus(), out)),
        settings(Map.of()));
  }

  private PostgresOutbox outbox(String owner) {
    return new PostgresOutbox(link, owner, settings(Map.of("relay-lease", "200ms")));
  }

  private boolean run(EventRelay relay) throws Exception {
    return call(relay::relay);
  }

  private UUID place(int quantity) {
    return call(() -> shop().orders.place(request(quantity))).order().orderId();
  }

  private static PlaceOrder request(int quantity) {
    return ordered(List.of(new RequestedLine(SKU, quantity, null)));
  }

  /** One of each. */
  private static PlaceOrder request(List<String> skus) {
    return ordered(skus.stream().map(sku -> new RequestedLine(new Sku(sku), 1, null)).toList());
  }

  private static PlaceOrder ordered(List<RequestedLine> lines) {
    return new PlaceOrder(
        ALICE, UUID.randomUUID().toString(), lines, Ticker.system().nanos() + PATIENCE.toNanos());
  }

  private static OrderLedger.NewOrder newOrder(int quantity) {
    UUID id = new UuidV7(InstantSource.system(), new Random(Ticker.system().nanos())).next();
    List<OrderLine> lines = List.of(new OrderLine(SKU, quantity, 100, null));
    return new OrderLedger.NewOrder(id, "alice", id.toString(), id, lines, 100L * quantity);
  }

  private void awaitHeard(String... events) throws Exception {
    Eventually.holds("heard", PATIENCE, () -> heard.containsAll(List.of(events)));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private <T> T call(Callable<Future<T>> work) {
    try {
      return shop().call(work);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ShopLoop shop() {
    if (shop == null) {
      throw new IllegalStateException("not open");
    }
    return shop;
  }

  private static OrderSettings settings(Map<String, String> overrides) {
    return SettingsReader.read(OrderSettings.class, new HashMap<>(overrides));
  }
}
