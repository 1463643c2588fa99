package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.TestStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements that work on some orders touch the partition of these orders and no other of the
 * twenty and more, also inside of functions: {@code auto_explain} tells every plan as it was run.
 */
final class PartitionPruningTest {

  private static final Pattern PARTITION =
      Pattern.compile(" on (order(?:s|_event)_(?:default|\\d{4}_\\d\\d))\\b");

  private String database = "";
  private Connection db;
  private UUID order;

  @BeforeEach
  void open() throws SQLException {
    database = TestStores.freshDatabase("partition_pruning");
    db = DriverManager.getConnection(TestStores.jdbcUrl(database));
    run("SELECT * FROM make_order_months(24)");
    order = UUID.fromString(text("SELECT least_order_id(now())"));
    run(
        "SELECT * FROM place_orders(ARRAY['%s'::uuid], '{alice}', '{key}', ARRAY['%1$s'::uuid],"
                .formatted(order)
            + " '{TANK-GREEN-S*1*100}', '{100}', '{TANK-GREEN-S}', '{1}', 3600000)");
    run("LOAD 'auto_explain'");
    run("SET auto_explain.log_min_duration = 0");
    run("SET auto_explain.log_nested_statements = on");
    run("SET auto_explain.log_analyze = on");
    run("SET auto_explain.log_timing = off");
    run("SET auto_explain.log_level = notice");
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"force_custom_plan", "force_generic_plan"})
  void statementsTouchThePartitionOfTheirOrdersOnly(String planning) throws Exception {
    run("SET plan_cache_mode = " + planning);
    String orders = text("SELECT tableoid::regclass FROM orders");
    String events = orders.replace("orders", "order_event");
    Map<String, String> sql = AdapterSql.statements();
    String none = "'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    // In the order of an order's life.
    List<Map.Entry<String, String>> hot =
        List.of(
            Map.entry("PostgresOrderLedger.FIND", "'ID'"),
            Map.entry("PostgresOrderLedger.BY_KEYS", "'{alice,bob}', '{key,key}'"),
            Map.entry("PostgresOrderLedger.LIST", "'alice', " + none + ", 20"),
            Map.entry("PostgresOrderLedger.FENCE", "'{ID}'"),
            Map.entry("PostgresSagaLedger.BEGIN", "'{ID}', '{alice}', '{tok}', 'me', 0"),
            Map.entry("PostgresSagaLedger.FIND", "'ID'"),
            Map.entry("PostgresSagaLedger.CLAIM", "'me', 1000, 10"),
            Map.entry(
                "PostgresOrderLedger.SETTLE", "'{ID}', '{alice}', '{5}', '{NULL}', '{NULL}', 0"),
            Map.entry("PostgresOrderLedger.CHANGES", "'ID', 0"),
            Map.entry("PostgresOrderLedger.CHANGES_OF_MANY", "'{ID}', 0"));
    for (Map.Entry<String, String> one : hot) {
      String statement = Objects.requireNonNull(sql.get(one.getKey()));
      Set<String> touched = touched(statement, one.getValue().replace("ID", order.toString()));
      assertThat(touched).as(one.getKey()).isNotEmpty().isSubsetOf(orders, events);
    }
    assertThat(text("SELECT status FROM orders")).as("it was cancelled").isEqualTo("5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"force_custom_plan", "force_generic_plan"})
  void theExpiryTouchesTheMonthsSinceItsCursorOnly(String planning) throws SQLException {
    run("SET plan_cache_mode = " + planning);
    String sweep = "SELECT * FROM expire_orders($1::bigint, $2::int, $3::int)";
    run("SELECT * FROM expire_orders(1, 1000, 100)");
    run(
        "INSERT INTO orders SELECT least_order_id(now() - interval '10 ms'), 'bob', 'key',"
            + " fingerprint, 1, 1, lines, 100, now(), now() FROM orders");
    run("UPDATE expiry_cursor SET position = least_order_id(now() - interval '10 seconds')");
    Set<String> touched = touched(sweep, "1, 1000, 100");
    assertThat(text("SELECT count(*) FROM orders WHERE status = 6")).isEqualTo("1");
    assertThat(touched)
        .as("a month ago at most")
        .hasSizeLessThanOrEqualTo(4)
        .contains(text("SELECT tableoid::regclass FROM orders WHERE status = 6"))
        .doesNotContain("orders_default");
  }

  @Test
  void aStatementThatDoesNotNameTheIdIsSeenToTouchThemAll() throws SQLException {
    assertThat(touched("SELECT * FROM orders WHERE total_cents = $1::bigint", "100"))
        .hasSizeGreaterThan(24);
  }

  /** The partitions that are looked into when a statement is run. */
  private Set<String> touched(String sql, String arguments) throws SQLException {
    run("DEALLOCATE ALL");
    run("PREPARE hot AS " + sql);
    Set<String> partitions = new TreeSet<>();
    for (String plan : run("EXECUTE hot (" + arguments + ")")) {
      plan.lines()
          .filter(line -> !line.contains("(never executed)"))
          .map(PARTITION::matcher)
          .filter(Matcher::find)
          .forEach(found -> partitions.add(found.group(1)));
    }
    return partitions;
  }

  /** What the server tells meanwhile. */
  private List<String> run(String sql) throws SQLException {
    List<String> told = new ArrayList<>();
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        told.add(w.getMessage());
      }
    }
    return told;
  }

  private String text(String sql) throws SQLException {
    try (Statement statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
