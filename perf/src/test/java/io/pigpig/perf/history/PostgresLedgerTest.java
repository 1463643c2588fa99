package io.pigpig.perf.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.TestPostgres;
import io.pigpig.perf.load.HistoryFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit on a real Postgres, with what it reads of the stack's tables. */
class PostgresLedgerTest {

  /** More than are read at a time. */
  private static final int ORDERS = 25_000;

  private static final String PREFIX = "0000000001-run-";
  private static final Instant BEGIN = Instant.ofEpochMilli(1_000_000);

  /** Order n of the run has an id of its moment; one of a run before it is older. */
  private static final String TABLES =
      """
      CREATE FUNCTION least_order_id(moment timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
                || '70008000000000000000')::uuid $$;
      CREATE TABLE stock (sku text PRIMARY KEY, total bigint, held bigint, sold bigint);
      CREATE TABLE orders (order_id uuid PRIMARY KEY, idem_key text, lines text, status smallint);
      CREATE TABLE order_event (order_id uuid, status smallint);
      INSERT INTO stock VALUES ('TEE-1', 100000, 25001, 0), ('TEE-2', 100, 7, 0);
      INSERT INTO orders
        SELECT (lpad(to_hex(1000000 + n), 12, '0') || '7000' || lpad(to_hex(n), 16, '0'))::uuid,
          '0000000001-run-' || lpad(n::text, 12, '0'), 'TEE-1*1*4900', 1
        FROM generate_series(1, 25000) n;
      INSERT INTO orders VALUES
        ('00000000-0001-7000-8000-000000000001', '0000000001-run-000000000001', 'TEE-1*1*4900', 1),
        ('0fffffff-ffff-7000-8000-000000000002', '0000000001-other-000000000001', 'TEE-1*1*1', 1);
      """;

  @TempDir private Path folder;

  @Test
  void everyOrderOfTheRunIsReadAndALostOneFound() throws Exception {
    try (EmbeddedPostgres postgres = TestPostgres.start(folder)) {
      run(postgres, TABLES);
      String url = "postgresql://postgres:x@127.0.0.1:" + postgres.getPort() + "/postgres";

      LedgerAudit.Verdict whole = judge(url);
      assertThat(whole.violations()).isEmpty();
      assertThat(whole.orders()).isEqualTo(ORDERS);

      run(postgres, "UPDATE orders SET status = 0 WHERE idem_key LIKE '%-run-000000000042'");
      LedgerAudit.Verdict lost = judge(url);
      assertThat(lost.broken()).containsEntry(Promise.LOST, 1L);
      assertThat(lost.violations()).first().asString().contains("run-000000000042");
    }
  }

  @Test
  void anOrderThatIsThereUnderAnotherKeyIsNamedWithIt() throws Exception {
    try (EmbeddedPostgres postgres = TestPostgres.start(folder)) {
      run(postgres, TABLES);
      run(postgres, "UPDATE orders SET idem_key = 'theirs' WHERE idem_key LIKE '%-run-%42424'");
      run(postgres, "UPDATE orders SET idem_key = 'theirs' WHERE idem_key LIKE '%-run-%0000042'");
      String url = "postgresql://postgres:x@127.0.0.1:" + postgres.getPort() + "/postgres";

      assertThat(judge(url).violations())
          .singleElement()
          .asString()
          .startsWith("DUPLICATED")
          .contains("run-000000000042 and theirs");
    }
  }

  @Test
  void whatAnOrderOfBeforeGivesBackMeanwhileIsNoDrift() throws Exception {
    try (EmbeddedPostgres postgres = TestPostgres.start(folder)) {
      run(postgres, TABLES);
      String other = "SELECT order_id, 6 FROM orders WHERE idem_key LIKE '%-other-%'";
      String url = "postgresql://postgres:x@127.0.0.1:" + postgres.getPort() + "/postgres";
      run(postgres, "UPDATE stock SET held = held - 1 WHERE sku = 'TEE-1'");
      assertThat(judge(url).broken()).containsEntry(Promise.DRIFT, 1L);

      run(postgres, "INSERT INTO order_event " + other);
      assertThat(judge(url).violations()).isEmpty();
    }
  }

  private static LedgerAudit.Verdict judge(String url) throws IOException {
    LedgerAudit audit = new LedgerAudit(PREFIX);
    for (long number = 1; number <= ORDERS; number++) {
      UUID id = new UUID((1_000_000 + number) << 16 | 0x7000, number);
      audit.told(new HistoryFile.Entry(number, "TEE-1", HistoryFile.Outcome.ACCEPTED, id));
    }
    try (PostgresLedger ledger = new PostgresLedger(url)) {
      assertThat(ledger.stock()).containsEntry("TEE-2", new PostgresLedger.Units(100, 7, 0));
      Map<String, PostgresLedger.Units> before =
          Map.of("TEE-1", new PostgresLedger.Units(100_000, 1, 0));
      return ledger.judge(audit, BEGIN, before);
    }
  }

  private static void run(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
