package io.pigpig.perf.history;

import io.pigpig.perf.store.PostgresSession;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads orders and stock where they are written: in the stack's Postgres. Blocking. */
public final class PostgresLedger implements AutoCloseable {

  private static final String STOCK = "SELECT sku, total, held + sold AS committed FROM stock";

  /** Units of orders that are over, by SKU; of all orders but those of a run's keys. */
  private static final String GIVEN_BACK =
      """
      SELECT split_part(lines, '*', 1) AS sku,
        sum(split_part(lines, '*', 2)::bigint)::bigint AS units
      FROM order_event JOIN orders USING (order_id)
      WHERE order_event.status IN (5, 6)
        AND ($1::text = '' OR NOT starts_with(idem_key, $1::text))
      GROUP BY 1
      """;

  /** By id and so by time: a run's orders are the newest, and keys have no index of their own. */
  private static final String ORDERS =
      """
      SELECT substr(idem_key, length($2::text) + 1)::bigint AS number, order_id,
        split_part(lines, '*', 1) AS sku, status IN (5, 6) AS gave_back
      FROM orders
      WHERE order_id >= least_order_id($1::timestamptz) AND starts_with(idem_key, $2::text)
        AND status <> 0
      """;

  private static final String KEY =
      "SELECT idem_key FROM orders WHERE order_id = $1::uuid AND status <> 0";

  /**
   * What a SKU has.
   *
   * @param givenBack ever, by orders that were cancelled or have expired
   */
  public record Units(long total, long committed, long givenBack) {}

  private final PostgresSession postgres;

  /** Throws IOException when Postgres cannot be reached. */
  public PostgresLedger(String url) throws IOException {
    postgres = PostgresSession.open(url);
  }

  /** By SKU, all of the same moment. */
  public Map<String, Units> stock() throws IOException {
    postgres.enterSnapshot();
    Map<String, Units> stock = stockWithout("");
    postgres.leaveSnapshot();
    return stock;
  }

  /**
   * @param keyPrefix of the orders whose units that were given back do not count; empty for none
   */
  private Map<String, Units> stockWithout(String keyPrefix) throws IOException {
    Map<String, Long> givenBack = new HashMap<>();
    for (Row row : postgres.ask(GIVEN_BACK, keyPrefix)) {
      givenBack.put(row.getString("sku"), row.getLong("units"));
    }
    Map<String, Units> stock = new HashMap<>();
    for (Row row : postgres.ask(STOCK)) {
      String sku = row.getString("sku");
      stock.put(
          sku,
          new Units(
              row.getLong("total"), row.getLong("committed"), givenBack.getOrDefault(sku, 0L)));
    }
    return stock;
  }

  /**
   * Gives the audit every order of its keys and the stock of the same moment.
   *
   * @param since before the first of them was placed
   * @param before what was there then, of the SKUs that were for sale
   */
  public LedgerAudit.Verdict judge(LedgerAudit audit, Instant since, Map<String, Units> before)
      throws IOException {
    postgres.enterSnapshot();
    postgres.each(
        row -> audit.stored(stored(row)),
        ORDERS,
        since.atOffset(ZoneOffset.UTC),
        audit.keyPrefix());
    Map<String, HistoryChecker.Stock> stock = new HashMap<>();
    stockWithout(audit.keyPrefix())
        .forEach(
            (sku, now) -> {
              Units then = before.get(sku);
              if (then != null) {
                stock.put(sku, compared(then, now));
              }
            });
    LedgerAudit.Verdict verdict = audit.verdict(stock, this::keyOf);
    postgres.leaveSnapshot();
    return verdict;
  }

  /** Orders of before may have ended meanwhile: what they gave back is no longer committed. */
  private static HistoryChecker.Stock compared(Units then, Units now) {
    long stillCommitted = then.committed() - (now.givenBack() - then.givenBack());
    return new HistoryChecker.Stock(now.total(), now.committed(), stillCommitted);
  }

  private static LedgerAudit.Stored stored(Row row) {
    return new LedgerAudit.Stored(
        row.getLong("number"),
        row.getUUID("order_id"),
        row.getString("sku"),
        row.getBoolean("gave_back"));
  }

  private @Nullable String keyOf(UUID orderId) {
    try {
      for (Row row : postgres.ask(KEY, orderId)) {
        return row.getString("idem_key");
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    postgres.close();
  }
}
