package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Months of orders in the real Postgres: what holds across their borders, and how they come and go.
 *
 * <p>A border is put between two orders of this minute by cutting the current month in two, so that
 * the functions under test run as they are, on both sides of it.
 */
final class OrderMonthsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PLACE =
      "SELECT coalesce(outcomes[1], 1) FROM place_orders(ARRAY['%s'::uuid], '{alice}',"
          + " ARRAY['%s'], ARRAY['%1$s'::uuid], '{TANK-GREEN-S*1*100}', '{100}',"
          + " '{TANK-GREEN-S}', '{1}', %d)";
  private static final String TEND = "SELECT made FROM make_order_months(2)";
  private static final long HOUR = 3_600_000;

  private String database = "";
  private Connection db;

  @BeforeEach
  void open() throws SQLException {
    database = TestStores.freshDatabase("order_months");
    db = connect();
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @Test
  void aKeyMakesOneOrderOnBothSidesOfABorder() throws SQLException {
    cutAtNow();
    UUID before = id(-5);
    UUID after = id(5);
    assertThat(month(before)).as("on two sides").isNotEqualTo(month(after));
    assertThat(place(before, "k", HOUR)).as("accepted").isEqualTo(1);
    assertThat(place(after, "k", HOUR)).as("key used").isEqualTo(2);
    assertThat(place(id(6), "other", HOUR)).as("accepted").isEqualTo(1);
    assertThat(number("SELECT held FROM stock WHERE sku = 'TANK-GREEN-S'")).isEqualTo(2);
  }

  @Test
  void theSameKeyAtOnceOnBothSidesOfABorderMakesOneOrder() throws Exception {
    cutAtNow();
    UUID before = id(-5);
    UUID after = id(5);
    try (Connection other = connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      assertThat(number(other, PLACE.formatted(before, "k", HOUR))).isEqualTo(1);
      // Of another SKU, so that it is the key they meet at.
      String ofOther = PLACE.formatted(after, "k", HOUR).replace("GREEN-S", "GREEN-M");
      Future<Long> second = threads.submit(() -> number(ofOther));
      awaitWaiting(1);
      other.commit();
      assertThat(second.get(30, TimeUnit.SECONDS)).as("key used").isEqualTo(2);
    }
    assertThat(number("SELECT count(*) FROM orders")).isEqualTo(1);
  }

  @Test
  void monthsMeetAtMidnightOfUtcWhereverTheSessionIs() throws SQLException {
    execute("SET TimeZone = 'Asia/Tokyo'");
    oldMonth("2020-02-01");
    execute("SET TimeZone = 'America/New_York'");
    oldMonth("2020-03-01");
    for (String moment :
        List.of("2020-02-01T00:00Z", "2020-02-29T23:59:59.999Z", "2020-03-01T00:00Z")) {
      oldOrder(moment, moment, 4);
    }
    assertThat(texts("SELECT tableoid::regclass FROM orders ORDER BY order_id"))
        .containsExactly("orders_2020_02", "orders_2020_02", "orders_2020_03");
    String gaps =
        "SELECT count(*) FROM generate_series('2019-12-01'::timestamp, '2030-12-01', '1 month') m"
            + " WHERE (order_month_bounds(m::date)).to_id"
            + " <> (order_month_bounds((m + interval '1 month')::date)).from_id";
    assertThat(number(gaps)).isZero();
  }

  @Test
  void aFenceAndItsOrderMeetWhileTheOrdersMonthIsBeingMade() throws Exception {
    dropMonths();
    UUID order = id(0);
    try (Connection placing = connect();
        Connection keeper = connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      placing.setAutoCommit(false);
      assertThat(number(placing, PLACE.formatted(order, "k", HOUR))).isEqualTo(1);
      // Patient, unlike make_order_months: it waits for the placement and then moves its row.
      Future<Long> made =
          threads.submit(
              () ->
                  number(
                      keeper,
                      "SELECT create_order_month('orders',"
                          + " date_trunc('month', now() AT TIME ZONE 'UTC')::date, 10)::int"));
      awaitWaiting(1);
      Future<Long> fenced =
          threads.submit(
              () -> number("SELECT count(*) FROM fence_orders('{%s}')".formatted(order)));
      awaitWaiting(2);
      placing.commit();
      assertThat(made.get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(fencedOrAgain(fenced, order)).as("it is an order").isEqualTo(1);
    }
    assertThat(month(order)).startsWith("orders_2");
    assertThat(number("SELECT count(*) FROM orders")).isEqualTo(1);
  }

  /** A fence that chose its partition before there was another is told so, and is asked again. */
  private long fencedOrAgain(Future<Long> fenced, UUID order) throws Exception {
    try {
      return fenced.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(stateOf(e.getCause())).isEqualTo("23514");
      return number("SELECT count(*) FROM fence_orders('{%s}')".formatted(order));
    }
  }

  @Test
  void fencesDecideOnBothSidesOfABorder() throws SQLException {
    cutAtNow();
    UUID placed = id(-5);
    UUID lost = id(-4);
    UUID later = id(5);
    assertThat(place(placed, "a", HOUR)).isEqualTo(1);
    assertThat(
            texts(
                "SELECT order_id FROM fence_orders('{%s,%s,%s}') ORDER BY 1"
                    .formatted(placed, lost, later)))
        .containsExactly(placed.toString());
    assertThat(place(lost, "b", HOUR)).as("fenced").isEqualTo(4);
    assertThat(place(later, "b", HOUR)).as("fenced").isEqualTo(4);
    assertThat(place(id(6), "b", HOUR)).as("the key is still free").isEqualTo(1);
    assertThat(number("SELECT count(*) FROM order_keys")).isEqualTo(2);
  }

  @Test
  void theExpiryWalksAcrossABorder() throws SQLException {
    UUID before = id(-5);
    UUID after = id(-1);
    cutAt(after);
    for (UUID id : List.of(before, after)) {
      assertThat(place(id, id.toString(), 1)).isEqualTo(1);
    }
    assertThat(month(before)).isNotEqualTo(month(after));
    Eventually.holds(
        "both are due and behind the cursor",
        PATIENCE,
        () ->
            number("SELECT expired FROM expire_orders(1, 100, 1) LIMIT 1") >= 0 && expired() == 2);
    assertThat(number("SELECT held FROM stock WHERE sku = 'TANK-GREEN-S'")).isZero();
  }

  private long expired() {
    return number("SELECT count(*) FROM orders WHERE status = 6");
  }

  @Test
  void anOrderNeverFailsForWantOfAMonthAndMovesIntoItsMonthLater() throws SQLException {
    dropMonths();
    UUID order = id(0);
    assertThat(place(order, "k", HOUR)).as("accepted").isEqualTo(1);
    assertThat(month(order)).isEqualTo("orders_default");
    assertThat(number("SELECT in_default FROM make_order_months(1)")).isZero();
    assertThat(month(order)).startsWith("orders_2");
    assertThat(place(id(1), "k", HOUR)).as("key used").isEqualTo(2);
    assertThat(place(order, "new", HOUR)).as("the id is an order").isEqualTo(4);
  }

  @Test
  void monthsAreMadeOnceHoweverManyTendThem() throws Exception {
    dropMonths();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> made = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        made.add(threads.submit(() -> number(TEND)));
      }
      long sum = 0;
      for (Future<Long> one : made) {
        sum += one.get(60, TimeUnit.SECONDS);
      }
      assertThat(sum).as("orders and order_event, four months each").isEqualTo(8);
    }
    assertThat(number(TEND)).as("again").isZero();
    assertThat(number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'orders'::regclass"))
        .isEqualTo(5);
  }

  @Test
  void aRetiredMonthsOrdersAreNotFoundAndTheirKeysAreFree() throws SQLException {
    oldMonth("2020-03-01");
    for (int i = 0; i < 5; i++) {
      oldOrder("2020-03-%02d".formatted(10 + i), 4);
    }
    assertThat(retireAll(2)).as("turns of two orders").isBetween(3L, 4L);
    assertThat(number("SELECT count(*) FROM orders")).isZero();
    assertThat(number("SELECT count(*) FROM order_keys")).isZero();
    assertThat(number("SELECT count(*) FROM retired.orders_2020_03")).isEqualTo(5);
    assertThat(number("SELECT sum(sold) FROM retired_units")).isEqualTo(5);
    assertThat(number("SELECT (more OR retired IS NOT NULL)::int FROM retire_order_months(12, 2)"))
        .as("again")
        .isZero();
    assertThat(place(id(0), "2020-03-10", HOUR)).as("the key is free").isEqualTo(1);
  }

  @Test
  void theAuditBalancesBeforeMeanwhileAndAfter() throws Exception {
    oldMonth("2020-03-01");
    for (int i = 0; i < 3; i++) {
      oldOrder("2020-03-%02d".formatted(10 + i), 4);
    }
    assertThat(place(id(0), "today", HOUR)).isEqualTo(1);
    execute("UPDATE stock SET sold = 3 WHERE sku = 'TANK-GREEN-S'");
    for (boolean more = true; more; ) {
      assertThat(auditViolations()).isEmpty();
      more = number("SELECT more::int FROM retire_order_months(12, 1)") == 1;
    }
    assertThat(number("SELECT count(*) FROM retired.orders_2020_03")).isEqualTo(3);
    assertThat(auditViolations()).isEmpty();
    execute("DELETE FROM retired_units");
    assertThat(auditViolations()).containsExactly("sold-equals-paid-orders");
    execute("DELETE FROM order_keys");
    assertThat(auditViolations()).contains("one-order-a-key");
  }

  private List<String> auditViolations() throws Exception {
    execute("PREPARE audit AS " + AdapterSql.statements().get("PostgresAudit.CHECKS"));
    List<String> names = new ArrayList<>();
    try (Statement statement = db.createStatement();
        var rows = statement.executeQuery("EXECUTE audit (5000, 31536000000)")) {
      while (rows.next()) {
        if (rows.getLong("violations") > 0) {
          names.add(rows.getString("name"));
        }
      }
    }
    execute("DEALLOCATE audit");
    return names;
  }

  @Test
  void anOrderThatIsNotAtItsEndKeepsItsMonth() throws SQLException {
    oldMonth("2020-03-01");
    oldOrder("2020-03-10", 4);
    UUID pending = oldOrder("2020-03-11", 1);
    oldOrder("2020-03-12", 6);
    retireAll(10);
    assertThat(texts("SELECT held_up_by FROM retire_order_months(12, 10)"))
        .containsExactly(pending.toString());
    assertThat(number("SELECT count(*) FROM orders")).isEqualTo(3);
    assertThat(texts("SELECT idem_key FROM order_keys ORDER BY 1"))
        .as("those before it have given up theirs")
        .containsExactly("2020-03-11", "2020-03-12");
    execute("UPDATE orders SET status = 5 WHERE order_id = '" + pending + "'");
    retireAll(10);
    assertThat(number("SELECT count(*) FROM orders")).isZero();
  }

  @Test
  void aMonthIsRetiredOnceHoweverManyTendIt() throws Exception {
    oldMonth("2020-03-01");
    for (int i = 0; i < 20; i++) {
      oldOrder("2020-03-%02d".formatted(1 + i), 4);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> turns = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        turns.add(threads.submit(() -> retireAll(3)));
      }
      for (Future<Long> turn : turns) {
        turn.get(60, TimeUnit.SECONDS);
      }
    }
    retireAll(3);
    assertThat(number("SELECT sum(sold) FROM retired_units")).isEqualTo(20);
    assertThat(number("SELECT count(*) FROM retired.orders_2020_03")).isEqualTo(20);
  }

  @Test
  void whoeverHoldsAMonthIsNotWaitedForLong() throws SQLException {
    oldMonth("2020-03-01");
    try (Connection reader = connect()) {
      reader.setAutoCommit(false);
      assertThat(number(reader, "SELECT count(*) FROM orders")).isZero();
      assertThatThrownBy(() -> number("SELECT 1 FROM retire_order_months(12, 10)"))
          .extracting(OrderMonthsTest::stateOf)
          .as("lock_timeout")
          .isEqualTo("55P03");
      reader.rollback();
    }
    retireAll(10);
    assertThat(number("SELECT count(*) FROM retired.orders_2020_03")).isZero();
  }

  /** The outcome: 1 accepted, 2 key used, 4 id fenced. */
  private long place(UUID id, String key, long windowMillis) {
    return number(PLACE.formatted(id, key, windowMillis));
  }

  /** Turns until there is no more. */
  private long retireAll(int most) throws SQLException {
    try (Connection own = connect()) {
      long turns = 0;
      while (number(own, "SELECT more::int FROM retire_order_months(12, " + most + ")") == 1) {
        turns++;
      }
      return turns;
    }
  }

  private void oldMonth(String month) throws SQLException {
    execute("SELECT create_order_month('orders', '" + month + "', 10)");
    execute("SELECT create_order_month('order_event', '" + month + "', 10)");
  }

  private UUID oldOrder(String day, int status) throws SQLException {
    return oldOrder(day + "T12:00Z", day, status);
  }

  private UUID oldOrder(String moment, String key, int status) throws SQLException {
    UUID id = UUID.fromString(texts("SELECT least_order_id('%s')".formatted(moment)).getFirst());
    execute(
        ("INSERT INTO orders VALUES ('%s', 'alice', '%s', '%1$s', %d, 1, 'TANK-GREEN-S*1*100',"
                + " 100, '%s', '%4$s')")
            .formatted(id, key, status, moment));
    execute("INSERT INTO order_keys VALUES ('alice', '%s', '%s')".formatted(key, id));
    return id;
  }

  /** The least id of a moment some seconds from now. */
  private UUID id(int seconds) throws SQLException {
    return UUID.fromString(
        texts("SELECT least_order_id(now() + %d * interval '1 second')".formatted(seconds))
            .getFirst());
  }

  private String month(UUID id) throws SQLException {
    List<String> found =
        texts("SELECT tableoid::regclass::text FROM orders WHERE order_id = '%s'".formatted(id));
    return found.isEmpty() ? partitionFor(id) : found.getFirst();
  }

  private String partitionFor(UUID id) throws SQLException {
    String sql =
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            + " WHERE i.inhparent = 'orders'::regclass AND c.relname <> 'orders_default'"
            + " AND 'ID'::uuid >= substring(pg_get_expr(c.relpartbound, c.oid)"
            + " FROM 'FROM \\(''(.*?)''\\)')::uuid"
            + " AND 'ID'::uuid < substring(pg_get_expr(c.relpartbound, c.oid)"
            + " FROM 'TO \\(''(.*?)''\\)')::uuid";
    return texts(sql.replace("ID", id.toString())).getFirst();
  }

  private void cutAtNow() throws SQLException {
    cutAt(id(0));
  }

  /** Two partitions for this time, with a border at an id. */
  private void cutAt(UUID border) throws SQLException {
    dropMonths();
    execute(
        "CREATE TABLE orders_before PARTITION OF orders FOR VALUES FROM"
            + " ('00000000-0000-0000-0000-000000000000') TO ('%s')".formatted(border));
    execute(
        "CREATE TABLE orders_after PARTITION OF orders FOR VALUES FROM ('%s') TO ('%s')"
            .formatted(border, id(100_000)));
  }

  private void dropMonths() throws SQLException {
    for (String table :
        texts(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN"
                + " ('orders'::regclass, 'order_event'::regclass)"
                + " AND inhrelid::regclass::text NOT LIKE '%default'")) {
      execute("DROP TABLE " + table);
    }
  }

  private void awaitWaiting(int sessions) {
    Eventually.holds(
        sessions + " sessions wait for a lock",
        PATIENCE,
        () ->
            number(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND datname = current_database()")
                == sessions);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(TestStores.jdbcUrl(database));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
    }
  }

  /** On a connection of its own. */
  private long number(String sql) {
    try (Connection own = connect()) {
      return number(own, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static long number(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static String stateOf(@Nullable Throwable failed) {
    return failed != null && failed.getCause() instanceof SQLException e
        ? e.getSQLState()
        : String.valueOf(failed);
  }

  private List<String> texts(String sql) throws SQLException {
    try (Statement statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
