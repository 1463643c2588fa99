package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.order.postgres.PostgresOrderMonths;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Opened;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keeper's turns of months, as the program takes them, on the real Postgres. */
final class MonthTendingTest {

  private static final String OLD_ORDER = "least_order_id('2020-03-10T12:00Z')";

  private static final String MONTHS =
      "SELECT count(*) FROM pg_inherits WHERE inhparent = 'orders'::regclass";

  private final Opened opened = new Opened();
  private Loop loop;
  private MonthTending months;
  private String database;
  private Connection db;

  @BeforeEach
  void open() throws Exception {
    database = TestStores.freshDatabase("month_tending");
    db = opened.add(connect());
    Vertx vertx = Vertx.vertx();
    opened.add(() -> vertx.close().await(20, TimeUnit.SECONDS));
    loop = new Loop(vertx.getOrCreateContext());
    PgLinkSettings settings = SettingsReader.read(PgLinkSettings.class, Map.of());
    PgLink link = new PgLink(vertx, database, "months", settings, new Random(5));
    opened.add(() -> call(link::close));
    call(link::open);
    months =
        new MonthTending(
            new PostgresOrderMonths(
                link, SettingsReader.read(OrderSettings.class, Map.of("months-kept", "12"))));
    execute("SELECT create_order_month('orders', '2020-03-01', 10)");
    execute("SELECT create_order_month('order_event', '2020-03-01', 10)");
  }

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(TestStores.jdbcUrl(database));
  }

  private <T> T call(Supplier<Future<T>> work) throws Exception {
    return loop.call(work).await(30, TimeUnit.SECONDS);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void aMonthThatCannotBeRetiredNowDoesNotUndoThoseThatWereMade() throws Exception {
    dropNextMonth();
    long before = number(MONTHS);
    try (Connection reader = connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM orders_2020_03");
      assertThatThrownBy(() -> call(months::tend)).hasMessageContaining("55P03");
      assertThat(number(MONTHS)).as("made all the same").isEqualTo(before + 1);
    }
    while (call(months::tend)) {
      assertThat(number("SELECT count(*) FROM order_month")).isEqualTo(1);
    }
    assertThat(number("SELECT count(*) FROM retired.orders_2020_03")).isZero();
  }

  private void dropNextMonth() throws SQLException {
    execute(
        "DO $$ BEGIN EXECUTE 'DROP TABLE orders' || to_char(now() AT TIME ZONE 'UTC'"
            + " + interval '1 month', '_YYYY_MM'); END $$");
  }

  @Test
  void whatOperatorsDidToASagaGoesWithItsMonth() throws Exception {
    execute(
        "INSERT INTO orders VALUES ("
            + OLD_ORDER
            + ", 'alice', 'k', "
            + OLD_ORDER
            + ", 5, 1, 'TANK-GREEN-S*1*100', 100, '2020-03-10', '2020-03-10')");
    String action =
        "INSERT INTO saga_action (order_id, actor, action, status_before, step_before) VALUES (%s,"
            + " 'olga', 'cancel', 2, 2)";
    execute(action.formatted(OLD_ORDER));
    execute(action.formatted("least_order_id('2020-03-31T23:59Z')"));
    execute(action.formatted("least_order_id('2020-04-01T00:00Z')"));
    boolean more = true;
    while (more) {
      more = call(months::tend);
    }
    assertThat(number("SELECT count(*) FROM retired.orders_2020_03")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM saga_action")).as("of another month").isEqualTo(1);
    assertThat(number("SELECT count(*) FROM retired.saga_action")).isEqualTo(2);
  }
}
