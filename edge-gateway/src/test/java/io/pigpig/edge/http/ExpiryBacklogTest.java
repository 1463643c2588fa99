package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The running process gives units back however many orders are due, and goes on after that. */
final class ExpiryBacklogTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BACKLOG = 3000;
  private static final String SKU = "TEE-CLASSIC-NAVY-S";

  @Test
  void aBacklogOfManySweepsIsWorkedOffAndTheNextOrderExpiresAsWell() throws IOException {
    TestStack stack =
        TestStack.start(
            "expiry_backlog",
            Map.of(
                "order.payment-window", "1s",
                "order.expiry-sweep", "50ms",
                "order.expiry-batch-max", "1"));
    try {
      place(stack);
      Eventually.holds("all expired", PATIENCE, () -> expired(stack) == BACKLOG);
      stack.place("alice", SKU, 2);
      Eventually.holds("the next one, too", PATIENCE, () -> expired(stack) == BACKLOG + 1);
      assertThat(stack.json(stack.request("GET", "/api/v1/stock/" + SKU, "")).getLong("available"))
          .isEqualTo(10_000);
    } finally {
      stack.close();
    }
  }

  /** In one transaction, beside the process. */
  private static void place(TestStack stack) {
    String each = "SELECT array_agg(%s ORDER BY i) FROM ids";
    long placed =
        number(
            stack,
            "WITH ids AS (SELECT i, (substr(least_order_id(now())::text, 1, 24)"
                + " || lpad(to_hex(i), 12, '0'))::uuid AS id FROM generate_series(1, "
                + BACKLOG
                + ") i) SELECT accepted FROM place_orders(("
                + each.formatted("id")
                + "), ("
                + each.formatted("'alice'::text")
                + "), ("
                + each.formatted("id::text")
                + "), ("
                + each.formatted("id")
                + "), ("
                + each.formatted("'" + SKU + "*1*100'::text")
                + "), ("
                + each.formatted("100::bigint")
                + "), ARRAY['"
                + SKU
                + "'], ARRAY["
                + BACKLOG
                + "::bigint], 1000)");
    assertThat(placed).isEqualTo(BACKLOG);
  }

  private static long expired(TestStack stack) {
    return number(stack, "SELECT count(*) FROM orders WHERE status = 6");
  }

  private static long number(TestStack stack, String sql) {
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
