package io.pigpig.order.postgres;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.Outbox;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The outbox in Postgres ({@code V031__outbox.sql}). Bound to the event loop of its link. */
public final class PostgresOutbox implements Outbox {

  private static final String NEXT =
      "SELECT id, at, status, order_ids, sequences, skus, units"
          + " FROM next_events($1::text, $2::bigint, $3::int)";
  private static final String DELIVERED = "DELETE FROM outbox WHERE id = ANY ($1::bigint[])";

  private final PgLink link;
  private final String owner;
  private final long leaseMillis;

  /**
   * @param owner names the process in the lease, at most 64 characters
   */
  public PostgresOutbox(PgLink link, String owner, OrderSettings settings) {
    this.link = link;
    this.owner = owner;
    this.leaseMillis = settings.relayLease().toMillis();
  }

  @Override
  public Future<List<Entry>> next(int most) {
    return link.query(NEXT, Tuple.of(owner, leaseMillis, most))
        .map(
            rows -> {
              List<Entry> entries = new ArrayList<>(rows.size());
              for (Row row : rows) {
                entries.add(toEntry(row));
              }
              return entries;
            });
  }

  private static Entry toEntry(Row row) {
    UUID[] ids = row.getArrayOfUUIDs("order_ids");
    Short[] sequences = row.getArrayOfShorts("sequences");
    Instant at = row.getOffsetDateTime("at").toInstant();
    OrderStatus status = OrderStatus.of(row.getInteger("status"));
    List<Changed> changes = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      changes.add(new Changed(ids[i], sequences == null ? 1 : sequences[i]));
    }
    return new Entry(row.getLong("id"), at, status, changes, units(row));
  }

  private static Map<Sku, Long> units(Row row) {
    String[] skus = row.getArrayOfStrings("skus");
    Long[] units = row.getArrayOfLongs("units");
    Map<Sku, Long> bySku = new HashMap<>();
    for (int i = 0; skus != null && i < skus.length; i++) {
      bySku.put(new Sku(skus[i]), units[i]);
    }
    return bySku;
  }

  @Override
  public Future<Void> delivered(List<Entry> entries) {
    Long[] ids = entries.stream().map(Entry::id).toArray(Long[]::new);
    return link.query(DELIVERED, Tuple.tuple().addArrayOfLong(ids)).mapEmpty();
  }

  @Override
  public Future<Void> release() {
    return link.query(NEXT, Tuple.of(owner, 0L, 0)).mapEmpty();
  }
}
