package io.pigpig.order.postgres;

import io.pigpig.order.Audit;
import io.pigpig.order.OrderSettings;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The invariants as one SQL statement, so that all of them are asked of one snapshot, and the gate
 * compared with the ledger.
 *
 * <p>The gate may differ from the ledger while orders are under way; it is looked at again and
 * again for {@code order.audit-gate-patience}. Reads every order: for tests, harness and operators,
 * on a connection of its own with a deadline of its own. Bound to the event loop of its link.
 */
public final class PostgresAudit implements Audit {

  private static final long GATE_LOOK_EVERY_MILLIS = 150;

  /** A placement may take longer than such a window; its order is found by the last cursor only. */
  private static final Duration BRIEF = Duration.ofSeconds(30);

  /** How far the last cursor of the expiry walks behind the others. */
  private static final long BEHIND_MILLIS = 60_000;

  // Orders with the same lines are counted before the lines are taken apart: there are far fewer.
  private static final String CHECKS =
      """
      WITH kind AS (
        SELECT lines, status, total_cents, count(*) AS n FROM orders WHERE status <> 0
        GROUP BY lines, status, total_cents),
      taken AS (
        SELECT d.sku, k.status = 1 AS is_held, d.quantity * k.n AS units
        FROM kind k, demand_of(k.lines) d WHERE k.status IN (1, 2, 3, 4)
        UNION ALL
        SELECT u.sku, h.state = 1, u.units FROM hold h, unnest(h.skus, h.units) AS u (sku, units)
        WHERE h.state IN (1, 2)
        UNION ALL
        SELECT r.sku, false, r.sold FROM retired_units r JOIN order_month m USING (month)
        WHERE m.retired_at IS NOT NULL),
      demand AS (
        SELECT sku, coalesce(sum(units) FILTER (WHERE is_held), 0) AS held,
          coalesce(sum(units) FILTER (WHERE NOT is_held), 0) AS sold
        FROM taken GROUP BY sku),
      counted AS (
      SELECT 'held-equals-open-orders' AS name, count(*) AS violations
        FROM stock s FULL JOIN demand d USING (sku)
        WHERE coalesce(s.held, 0) <> coalesce(d.held, 0)
      UNION ALL
      SELECT 'sold-equals-paid-orders', count(*) FROM stock s FULL JOIN demand d USING (sku)
        WHERE coalesce(s.sold, 0) <> coalesce(d.sold, 0)
      UNION ALL
      SELECT 'never-oversold', count(*) FROM stock
        WHERE held + sold > total OR held < 0 OR sold < 0
      UNION ALL
      SELECT 'one-order-a-key', count(*) FROM orders o
        FULL JOIN order_keys k ON k.order_id = o.order_id AND k.customer = o.customer
          AND k.idem_key = o.idem_key
        WHERE o.order_id IS NULL OR k.order_id IS NULL AND o.status <> 0
          AND NOT EXISTS (SELECT FROM order_month m WHERE o.order_id <= m.position)
      UNION ALL
      SELECT 'total-equals-lines', count(*) FROM kind k
        WHERE k.total_cents <> (
          SELECT sum(split_part(l, '*', 2)::bigint * split_part(l, '*', 3)::bigint)
          FROM string_to_table(k.lines, ';') AS l)
      UNION ALL
      SELECT 'timeline-without-gaps', count(*) FROM orders o
        WHERE o.sequence > 1 AND o.sequence <> 1 + (
          SELECT count(*) FROM order_event e WHERE e.order_id = o.order_id)
      UNION ALL
      SELECT 'holds-settled-in-time', count(*) FROM orders
        WHERE status = 1 AND expires_at < now() - $1::bigint * interval '1 millisecond'
      UNION ALL
      SELECT 'stock-holds-settled-in-time', count(*) FROM hold
        WHERE state = 1 AND expires_at < now() - $1::bigint * interval '1 millisecond'
      UNION ALL
      SELECT 'sagas-are-worked-on', count(*) FROM saga
        WHERE step < 6 AND due_at < now() - interval '1 minute'
      UNION ALL
      SELECT 'paid-orders-have-sagas', count(*) FROM orders o
        WHERE o.status IN (2, 3) AND NOT EXISTS (
          SELECT FROM saga s WHERE s.order_id = o.order_id AND s.step IN (2, 3))
      UNION ALL
      SELECT 'payments-equal-orders', count(*) FROM payment_drift),
      late AS (
        SELECT extract(epoch FROM now() - coalesce(read_to_end, made_at))::bigint AS seconds
        FROM payment_statement
        WHERE coalesce(read_to_end, made_at) < now() - $2::bigint * interval '1 millisecond')
      SELECT c.name, c.violations + (l.seconds IS NOT NULL)::int AS violations,
        'not known: the provider''s ledger was last read to its end ' || l.seconds || ' s ago'
          AS note
      FROM counted c LEFT JOIN late l ON c.name = 'payments-equal-orders'
      """;

  /** Without a page of the provider's ledger for so many periods, its copy tells nothing. */
  private static final int READS_MISSED_MAX = 10;

  private static final Duration LATE_LEAST = Duration.ofMinutes(1);

  private final PgLink link;
  private final Supplier<Future<Integer>> gateDrift;
  private final Pause pause;
  private final long graceMillis;
  private final long lateMillis;
  private final int gateLooksMax;

  /**
   * @param gateDrift answers the number of SKUs in which gate and ledger differ
   */
  public PostgresAudit(
      PgLink link, Supplier<Future<Integer>> gateDrift, Pause pause, OrderSettings settings) {
    this.link = link;
    this.gateDrift = gateDrift;
    this.pause = pause;
    boolean brief = settings.paymentWindow().compareTo(BRIEF) < 0;
    this.graceMillis = 2 * settings.expirySweep().toMillis() + 5_000 + (brief ? BEHIND_MILLIS : 0);
    Duration late = settings.paymentsCompareEvery().multipliedBy(READS_MISSED_MAX);
    this.lateMillis = Math.max(late.toMillis(), LATE_LEAST.toMillis());
    this.gateLooksMax =
        1 + (int) (settings.auditGatePatience().toMillis() / GATE_LOOK_EVERY_MILLIS);
  }

  @Override
  public Future<List<Check>> run() {
    return link.query(CHECKS, Tuple.of(graceMillis, lateMillis))
        .map(PostgresAudit::toChecks)
        .compose(
            checks ->
                gateDrift(gateLooksMax)
                    .map(
                        drift -> {
                          checks.add(new Check("gate-equals-ledger", drift));
                          return checks;
                        }))
        .recover(PostgresAudit::refused);
  }

  private Future<Integer> gateDrift(int looks) {
    return gateDrift
        .get()
        .compose(
            drift ->
                drift == 0 || looks == 1
                    ? Future.succeededFuture(drift)
                    : pause.millis(GATE_LOOK_EVERY_MILLIS).compose(waited -> gateDrift(looks - 1)));
  }

  private static List<Check> toChecks(RowSet<Row> rows) {
    List<Check> checks = new ArrayList<>();
    for (Row row : rows) {
      checks.add(
          new Check(row.getString("name"), row.getLong("violations"), row.getString("note")));
    }
    return checks;
  }

  private static Future<List<Check>> refused(Throwable cause) {
    String why = cause instanceof LinkDownException ? "a store is away" : cause.getMessage();
    return Future.failedFuture(
        new RefusedException(
            new Refusal.Unavailable("the audit could not be made: " + why, Duration.ofSeconds(1))));
  }
}
