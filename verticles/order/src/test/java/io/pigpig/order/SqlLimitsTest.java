package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.TestStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The SQL keeps the way to several servers open ({@code docs/adr/0021-outgrowing-one-primary.md}).
 */
final class SqlLimitsTest {

  private Connection db;

  @BeforeEach
  void open() throws SQLException {
    db = DriverManager.getConnection(TestStores.jdbcUrl(TestStores.freshDatabase("sql_limits")));
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @Test
  void theSchemaAndTheStatementsKeepToTheLimits() throws Exception {
    Map<String, String> sent = AdapterSql.statements();
    assertThat(sent).hasSizeGreaterThan(25).containsKey("PlaceBatch.PLACE");
    assertThat(new SqlLimits(db).violations(sent)).isEmpty();
  }

  @Test
  void everyStatementIsUnderstoodByTheMigratedDatabase() throws Exception {
    for (Map.Entry<String, String> sent : AdapterSql.statements().entrySet()) {
      try (Statement statement = db.createStatement()) {
        statement.execute("PREPARE it AS " + sent.getValue());
        statement.execute("DEALLOCATE it");
      } catch (SQLException e) {
        throw new AssertionError(sent.getKey(), e);
      }
    }
  }

  @Test
  void everyExceptionIsThere() throws Exception {
    Map<String, String> sent = AdapterSql.statements();
    Set<String> exceptions = new TreeSet<>(SqlLimits.SWEEPS);
    exceptions.addAll(SqlLimits.LOCK_MANY);
    for (String sweep : exceptions) {
      boolean there = sent.containsKey(sweep) || isInTheCatalog(sweep);
      assertThat(there).as(sweep).isTrue();
    }
  }

  private boolean isInTheCatalog(String name) throws SQLException {
    try (Statement statement = db.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT FROM pg_proc WHERE proname = '%s' UNION ALL SELECT FROM pg_views"
                        .formatted(name)
                    + " WHERE viewname = '"
                    + name
                    + "'")) {
      return rows.next();
    }
  }

  @Test
  void aTableWithoutAPlaceIsSeen() throws Exception {
    assertThat(violationsAfter("CREATE TABLE coupon (code text PRIMARY KEY)"))
        .containsExactly("coupon: has no place");
  }

  @Test
  void aUniqueConstraintWithoutTheColumnIsSeen() throws Exception {
    assertThat(violationsAfter("ALTER TABLE saga ADD CONSTRAINT one_waybill UNIQUE (waybill)"))
        .containsExactly("one_waybill: unique without order_id");
  }

  @Test
  void aForeignKeyAcrossServersIsSeen() throws Exception {
    assertThat(
            violationsAfter(
                "ALTER TABLE order_keys ADD CONSTRAINT of_order FOREIGN KEY (order_id)"
                    + " REFERENCES orders"))
        .containsExactly("of_order: foreign key of order_keys across servers");
  }

  @Test
  void aTriggerAndARuleAreSeen() throws Exception {
    assertThat(
            violationsAfter(
                "CREATE TRIGGER same BEFORE UPDATE ON orders FOR EACH ROW"
                    + " EXECUTE FUNCTION suppress_redundant_updates_trigger();"
                    + " CREATE RULE quiet AS ON DELETE TO saga DO ALSO NOTHING"))
        .containsExactly("quiet: rule on saga", "same: trigger on orders");
  }

  @Test
  void aCounterIsSeen() throws Exception {
    assertThat(violationsAfter("ALTER TABLE order_event ADD COLUMN n bigserial"))
        .containsExactly("order_event.n: counts by a sequence");
  }

  @Test
  void aFunctionThatLocksAcrossServersIsSeen() throws Exception {
    assertThat(
            violationsAfter(
                "CREATE FUNCTION oldest_open() RETURNS SETOF orders LANGUAGE sql AS"
                    + " 'SELECT * FROM orders WHERE status = 1 LIMIT 1 FOR UPDATE SKIP LOCKED'"))
        .hasSize(2)
        .last()
        .isEqualTo("oldest_open: locks orders across servers");
  }

  @Test
  void aStatementOfAnAdapterThatAsksEveryServerIsSeen() throws Exception {
    Map<String, String> sent = new HashMap<>(AdapterSql.statements());
    sent.put("Planted.BY_TOTAL", "SELECT order_id FROM orders WHERE total_cents = $1::bigint");
    assertThat(new SqlLimits(db).violations(sent))
        .singleElement()
        .asString()
        .startsWith("Planted.BY_TOTAL: orders without order_id =");
  }

  private List<String> violationsAfter(String planted) throws Exception {
    try (Statement statement = db.createStatement()) {
      statement.execute(planted);
    }
    return new SqlLimits(db).violations(AdapterSql.statements());
  }
}
