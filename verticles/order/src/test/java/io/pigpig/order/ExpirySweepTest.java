package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.Expired;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.order.SagaLedger.Begun;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.order.postgres.PostgresSagaLedger;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.UuidV7;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the expiry sweep and the settlements do to the rows, on the real Postgres. */
final class ExpirySweepTest {

  private static final Sku SKU = new Sku("TANK-GREEN-S");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(200);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final String database = TestStores.freshDatabase("expiry_sweep");
  private final PgLink link =
      new PgLink(
          vertx,
          database,
          "test",
          SettingsReader.read(PgLinkSettings.class, Map.of()),
          new Random(5));

  @BeforeEach
  void open() throws Exception {
    call(link::open);
  }

  @AfterEach
  void close() throws Exception {
    call(link::close);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void eachSweepVisitsABoundedNumberOfOrdersAndSaysThatThereAreMore() throws Exception {
    PostgresOrderLedger ledger = ledger(BRIEF, Map.of("expiry-visit-max", "100"));
    place(ledger, 250);
    awaitDue();
    List<Long> expired = new ArrayList<>();
    Expired sweep = call(ledger::expireSome);
    for (expired.add(sweep.orders()); sweep.more(); expired.add(sweep.orders())) {
      sweep = call(ledger::expireSome);
    }
    assertThat(expired).startsWith(100L, 100L, 50L);
    assertThat(count("SELECT held FROM stock WHERE sku = 'TANK-GREEN-S'")).isZero();
    assertThat(count("SELECT count(*) FROM order_event WHERE status = 6 AND sequence = 2"))
        .isEqualTo(250);
  }

  @Test
  void whatWasSettledIsVisitedOnce() throws Exception {
    PostgresOrderLedger ledger = ledger(BRIEF, Map.of());
    List<UUID> ids = place(ledger, 3);
    pay(ledger, ids.get(0));
    call(() -> ledger.settle(List.of(OrderLedger.Settle.cancel(ids.get(1), null))));
    awaitDue();
    assertThat(call(ledger::expireSome).orders()).isEqualTo(1);
    String behind = "SELECT count(*) FROM expiry_cursor WHERE lag_ms = 200 AND position <= '";
    assertThat(count(behind + ids.getLast() + "'")).isZero();
  }

  @Test
  void anOrderThatAPaymentHoldsIsLeftToTheNextSweep() throws Exception {
    PostgresOrderLedger ledger = ledger(BRIEF, Map.of());
    UUID id = place(ledger, 1).getFirst();
    awaitDue();
    try (Connection payment = DriverManager.getConnection(TestStores.jdbcUrl(database))) {
      payment.setAutoCommit(false);
      payment
          .createStatement()
          .execute("SELECT 1 FROM orders WHERE order_id = '" + id + "' FOR UPDATE");
      assertThat(call(ledger::expireSome).orders()).isZero();
      payment.rollback();
    }
    assertThat(call(ledger::expireSome).orders()).isEqualTo(1);
  }

  @Test
  void aLongerWindowDoesNotDelayTheOrdersOfTheShorterOne() throws Exception {
    PostgresOrderLedger before = ledger(BRIEF, Map.of());
    call(before::expireSome);
    place(before, 1);
    PostgresOrderLedger after = ledger(Duration.ofHours(1), Map.of());
    UUID later = place(after, 1).getFirst();
    awaitDue("order_id <> '" + later + "'");
    assertThat(call(after::expireSome).orders()).isEqualTo(1);
    assertThat(count("SELECT count(*) FROM orders WHERE status = 1")).isEqualTo(1);
  }

  @Test
  void aShorterWindowDoesNotLeaveTheOrdersOfTheLongerOneBehind() throws Exception {
    PostgresOrderLedger before = ledger(Duration.ofHours(1), Map.of());
    call(before::expireSome);
    UUID order = place(before, 1).getFirst();
    PostgresOrderLedger after = ledger(BRIEF, Map.of());
    // An hour goes by: what stands in the rows becomes an hour older, and sweeps go on.
    for (int minutes = 0; minutes <= 66; minutes += 3) {
      call(after::expireSome);
      age(Duration.ofMinutes(3));
    }
    call(after::expireSome);
    assertThat(count("SELECT count(*) FROM orders WHERE status = 6")).as("of %s", order).isOne();
    assertThat(count("SELECT held FROM stock WHERE sku = 'TANK-GREEN-S'")).isZero();
    assertThat(count("SELECT count(*) FROM expiry_cursor")).as("still in use").isEqualTo(4);
    for (int hours = 0; hours < 4; hours++) {
      age(Duration.ofHours(1));
      call(after::expireSome);
    }
    assertThat(count("SELECT count(*) FROM expiry_cursor")).as("retired").isEqualTo(2);
  }

  /** Makes every row older, as if time had passed. */
  private void age(Duration by) {
    String seconds = " - interval '" + by.toSeconds() + " seconds'";
    String older =
        "least_order_id(to_timestamp(('x' || substr(replace(%s::text, '-', ''), 1, 12))::bit(48)"
            + "::bigint / 1000.0)"
            + seconds
            + ")";
    count(
        "WITH o AS (UPDATE orders SET order_id = "
            + older.formatted("order_id")
            + ", expires_at = expires_at"
            + seconds
            + " RETURNING 1), c AS (UPDATE expiry_cursor SET asked_at = asked_at"
            + seconds
            + ", position = CASE WHEN position <= least_order_id('epoch') THEN position ELSE "
            + older.formatted("position")
            + " END RETURNING 1) SELECT (SELECT count(*) FROM o) + (SELECT count(*) FROM c)");
  }

  @Test
  void sweepsAtTheSameTimeDoNotWaitForEachOther() throws Exception {
    PostgresOrderLedger ledger = ledger(BRIEF, Map.of());
    call(ledger::expireSome);
    place(ledger, 1);
    awaitDue();
    try (Connection other = DriverManager.getConnection(TestStores.jdbcUrl(database))) {
      other.setAutoCommit(false);
      other.createStatement().execute("SELECT * FROM expire_orders(200, 20000, 500)");
      assertThat(call(ledger::expireSome).orders()).as("the other has it").isZero();
      other.rollback();
    }
    assertThat(call(ledger::expireSome).orders()).isEqualTo(1);
  }

  @Test
  void anIdFromAClockThatIsOffIsRefusedAsAWholeBatch() throws Exception {
    PostgresOrderLedger ledger = ledger(BRIEF, Map.of());
    for (int seconds : new int[] {-40, 40}) {
      InstantSource off = () -> Instant.now().plusSeconds(seconds);
      NewOrder entry = order(new UuidV7(off, new Random(seconds)).next());
      Outcome outcome = call(() -> ledger.place(List.of(entry))).getFirst();
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Unavailable.class));
    }
    assertThat(count("SELECT count(*) FROM orders")).isZero();
  }

  @Test
  void aPlacementAndASettlementOfTheSameKeyNeverWaitForEachOther() throws Exception {
    PostgresOrderLedger ledger = ledger(Duration.ofMinutes(1), Map.of());
    UUID id = place(ledger, 1).getFirst();
    String retry = placeAgain(id);
    long epoch = begin(id).epoch();
    String payment =
        "SELECT outcome FROM settle_orders('{%s}', '{NULL}', '{2}', '{%d}', '{NULL}', 0)"
            .formatted(id, epoch);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection holder = DriverManager.getConnection(TestStores.jdbcUrl(database))) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("SELECT 1 FROM stock FOR UPDATE");
      var placed = threads.submit(() -> count(retry));
      awaitWaiting(1);
      var paid = threads.submit(() -> count(payment));
      awaitWaiting(2);
      holder.rollback();
      assertThat(placed.get(30, TimeUnit.SECONDS)).as("key used").isEqualTo(2);
      assertThat(paid.get(30, TimeUnit.SECONDS)).as("changed").isEqualTo(1);
    }
  }

  private static String placeAgain(UUID id) {
    UUID fresh = new UuidV7(InstantSource.system(), new Random(1)).next();
    String key = "(SELECT idem_key FROM orders WHERE order_id = '" + id + "')";
    return "SELECT outcomes[1] FROM place_orders(ARRAY['"
        + fresh
        + "'::uuid], '{alice}', ARRAY["
        + key
        + "], ARRAY['"
        + fresh
        + "'::uuid], '{TANK-GREEN-S*1*100}', '{100}', '{TANK-GREEN-S}', '{1}', 60000)";
  }

  private void awaitWaiting(int sessions) {
    Eventually.holds(
        sessions + " sessions wait for a lock",
        PATIENCE,
        () ->
            count(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND datname = current_database()")
                == sessions);
  }

  private void awaitDue() {
    awaitDue("true");
  }

  private void awaitDue(String which) {
    Eventually.holds(
        "all due",
        PATIENCE,
        () ->
            count(
                    "SELECT count(*) FROM orders WHERE status = 1 AND expires_at > now() AND "
                        + which)
                == 0);
  }

  private PostgresOrderLedger ledger(Duration window, Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    values.put("payment-window", window.toMillis() + "ms");
    return new PostgresOrderLedger(link, link, SettingsReader.read(OrderSettings.class, values));
  }

  private List<UUID> place(PostgresOrderLedger ledger, int orders) throws Exception {
    UuidV7 ids = new UuidV7(InstantSource.system(), new Random(Ticker.system().nanos()));
    List<NewOrder> batch = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      batch.add(order(ids.next()));
    }
    assertThat(call(() -> ledger.place(batch)))
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Accepted.class));
    return batch.stream().map(NewOrder::orderId).toList();
  }

  private static NewOrder order(UUID id) {
    List<OrderLine> lines = List.of(new OrderLine(SKU, 1, 100, null));
    return new NewOrder(id, "alice", id.toString(), id, lines, 100);
  }

  private void pay(PostgresOrderLedger ledger, UUID id) throws Exception {
    Saga saga = begin(id);
    call(() -> ledger.settle(List.of(OrderLedger.Settle.bySaga(saga, OrderStatus.PAID, null))));
  }

  private Saga begin(UUID id) throws Exception {
    SagaSettings settings = SettingsReader.read(SagaSettings.class, Map.of());
    PostgresSagaLedger sagas = new PostgresSagaLedger(link, "test", settings);
    return call(() -> sagas.begin(List.of(new BeginPayment(id, null, "tok_ok")))).getFirst()
            instanceof Begun.Leased leased
        ? leased.saga()
        : fail("no lease");
  }

  private <T> T call(Callable<Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future().await(30, TimeUnit.SECONDS);
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
