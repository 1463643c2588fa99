package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.OrderLine;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import java.util.Map;
import java.util.TreeMap;

/**
 * The statements of an order that is a transaction of its own: claim the key, hold the stock SKU by
 * SKU in ascending order, insert the order, tell the outbox. Parameters stand in the order of their
 * numbers.
 */
final class RowByRow {

  static final String CLAIM =
      "INSERT INTO order_keys (customer, idem_key, order_id)"
          + " VALUES ($1::text, $2::text, $3::uuid) ON CONFLICT DO NOTHING";
  static final String HOLD =
      "UPDATE stock SET held = held + $1::bigint"
          + " WHERE sku = $2::text AND held + sold + $3::bigint <= total";
  static final String INSERT =
      "INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,"
          + " created_at, expires_at) SELECT $1::uuid, $2::text, $3::text, $4::uuid, 1, $5::text,"
          + " $6::bigint, t.now, t.now + $7::bigint * interval '1 millisecond'"
          + " FROM (SELECT date_trunc('milliseconds', now()) AS now) AS t"
          + " ON CONFLICT DO NOTHING RETURNING created_at";
  static final String TELL =
      "INSERT INTO outbox (status, order_ids, skus, units)"
          + " VALUES (1, $1::uuid[], $2::text[], $3::bigint[])";

  private RowByRow() {}

  /** The same for JDBC. */
  static String jdbc(String statement) {
    return statement.replaceAll("\\$\\d+", "?");
  }

  /** Units by SKU, ascending, so that two orders never wait for each other in a circle. */
  static Map<String, Long> demand(NewOrder entry) {
    Map<String, Long> units = new TreeMap<>();
    for (OrderLine line : entry.lines()) {
      units.merge(line.sku().value(), (long) line.quantity(), Long::sum);
    }
    return units;
  }

  static Outcome outOfStock(String sku) {
    return new Outcome.OutOfStock(new Sku(sku));
  }

  /** Nothing was committed. */
  static Outcome unavailable(Throwable cause) {
    return new Outcome.Refused(
        new Refusal.Unavailable("Postgres: " + cause.getMessage(), Refused.RETRY_AFTER));
  }
}
