package io.pigpig.order.postgres;

import io.pigpig.catalog.Sku;
import io.pigpig.order.LineText;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.OrderLine;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction for one batch: arrays in, one row out.
 *
 * <p>A batch that Postgres refuses because of its data (SQLSTATE class 22 or 23) is split in halves
 * until the order that cannot be stored stands alone; only that one is refused. Owned by the event
 * loop of its link.
 */
final class PlaceBatch {

  private static final Logger log = LoggerFactory.getLogger(PlaceBatch.class);
  private static final String PLACE =
      "SELECT accepted, outcomes, short_skus, placed_at FROM place_orders($1::uuid[], $2::text[],"
          + " $3::text[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::bigint[],"
          + " $9::bigint)";

  private static final Outcome KEY_USED = new Outcome.KeyUsed();
  private static final Outcome FENCED = new Outcome.Fenced();

  private final PgLink link;
  private final Duration paymentWindow;

  PlaceBatch(PgLink link, Duration paymentWindow) {
    this.link = link;
    this.paymentWindow = paymentWindow;
  }

  /** Never fails: one outcome an entry. */
  Future<List<Outcome>> run(List<NewOrder> batch) {
    return link.query(PLACE, arguments(batch, paymentWindow))
        .map(rows -> outcomes(batch, rows))
        .recover(cause -> failed(batch, cause));
  }

  /** Those of {@code place_orders}. */
  static Tuple arguments(List<NewOrder> batch, Duration paymentWindow) {
    int n = batch.size();
    UUID[] ids = new UUID[n];
    String[] customers = new String[n];
    String[] keys = new String[n];
    UUID[] fingerprints = new UUID[n];
    String[] lines = new String[n];
    Long[] totals = new Long[n];
    Map<String, Long> demand = new HashMap<>();
    for (int i = 0; i < n; i++) {
      NewOrder entry = batch.get(i);
      ids[i] = entry.orderId();
      customers[i] = entry.customer();
      keys[i] = entry.key();
      fingerprints[i] = entry.fingerprint();
      lines[i] = LineText.write(entry.lines());
      totals[i] = entry.totalCents();
      for (OrderLine line : entry.lines()) {
        demand.merge(line.sku().value(), (long) line.quantity(), Long::sum);
      }
    }
    String[] skus = demand.keySet().toArray(String[]::new);
    Arrays.sort(skus);
    Long[] units = new Long[skus.length];
    Arrays.setAll(units, i -> demand.get(skus[i]));
    return Tuple.tuple()
        .addArrayOfUUID(ids)
        .addArrayOfString(customers)
        .addArrayOfString(keys)
        .addArrayOfUUID(fingerprints)
        .addArrayOfString(lines)
        .addArrayOfLong(totals)
        .addArrayOfString(skus)
        .addArrayOfLong(units)
        .addLong(paymentWindow.toMillis());
  }

  private List<Outcome> outcomes(List<NewOrder> batch, RowSet<Row> rows) {
    Row row = rows.iterator().next();
    Instant placedAt = row.getOffsetDateTime("placed_at").toInstant();
    Outcome accepted = new Outcome.Accepted(placedAt, placedAt.plus(paymentWindow));
    Short[] codes = row.getArrayOfShorts("outcomes");
    if (codes == null) {
      if (row.getInteger("accepted") != batch.size()) {
        throw new IllegalStateException(
            "place_orders inserted " + row.getInteger("accepted") + " of " + batch.size());
      }
      return Collections.nCopies(batch.size(), accepted);
    }
    String[] shortSkus = row.getArrayOfStrings("short_skus");
    List<Outcome> outcomes = new ArrayList<>(codes.length);
    for (int i = 0; i < codes.length; i++) {
      outcomes.add(
          switch (codes[i]) {
            case 1 -> accepted;
            case 2 -> KEY_USED;
            case 3 -> new Outcome.OutOfStock(new Sku(shortSkus[i]));
            case 4 -> FENCED;
            default -> throw new IllegalStateException("place_orders answered " + codes[i]);
          });
    }
    return outcomes;
  }

  private Future<List<Outcome>> failed(List<NewOrder> batch, Throwable cause) {
    if (cause instanceof LinkDownException) {
      log.warn("a batch of {} orders was not placed: {}", batch.size(), cause.getMessage());
      return all(batch, new Outcome.Refused(unavailable("Postgres is away or busy")));
    }
    if (cause instanceof PgException e) {
      return isAboutData(e) ? split(batch, e) : all(batch, refused(e));
    }
    return all(batch, new Outcome.Unknown(String.valueOf(cause.getMessage())));
  }

  private Future<List<Outcome>> split(List<NewOrder> batch, PgException cause) {
    if (batch.size() == 1) {
      log.warn("order {} cannot be stored: {}", batch.getFirst().orderId(), cause.getMessage());
      return all(
          batch, new Outcome.Refused(new Refusal.InvalidRequest("this order cannot be stored")));
    }
    int half = batch.size() / 2;
    return run(batch.subList(0, half))
        .compose(
            first ->
                run(batch.subList(half, batch.size()))
                    .map(
                        second -> {
                          List<Outcome> both = new ArrayList<>(first);
                          both.addAll(second);
                          return both;
                        }));
  }

  /** Our clock is off, or a bug such as a function that is missing; nothing was placed. */
  private static Outcome refused(PgException e) {
    log.error("a batch was refused by Postgres: {}", e.getMessage());
    return new Outcome.Refused(unavailable("Postgres refused, " + e.getSqlState()));
  }

  private static Refusal unavailable(String what) {
    return new Refusal.Unavailable(what, Refused.RETRY_AFTER);
  }

  private static boolean isAboutData(PgException e) {
    String state = String.valueOf(e.getSqlState());
    return state.startsWith("22") || state.startsWith("23");
  }

  private static Future<List<Outcome>> all(List<NewOrder> batch, Outcome outcome) {
    return Future.succeededFuture(Collections.nCopies(batch.size(), outcome));
  }
}
