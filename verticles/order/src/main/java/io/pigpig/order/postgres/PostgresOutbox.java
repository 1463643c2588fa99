package io.pigpig.order.postgres;

import io.pigpig.order.LineText;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.Outbox;
import io.pigpig.order.StatusChange;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The outbox in Postgres ({@code V043__outbox.sql}). Bound to the event loop of its link. */
public final class PostgresOutbox implements Outbox {

  private static final String NEXT =
      "SELECT epoch, tx, order_id, sequence, status, at, lines"
          + " FROM next_events($1::text, $2::bigint, $3::int)";
  private static final String DELIVERED = "SELECT events_delivered($1::bigint, $2::bigint) AS kept";

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
  public Future<Slice> next(int most) {
    return link.query(NEXT, Tuple.of(owner, leaseMillis, most)).map(PostgresOutbox::toSlice);
  }

  @Override
  public Future<Boolean> delivered(Slice slice) {
    return link.query(DELIVERED, Tuple.of(slice.epoch(), slice.position()))
        .map(rows -> rows.iterator().next().getBoolean("kept"));
  }

  private static Slice toSlice(RowSet<Row> rows) {
    long epoch = 0;
    long lastTx = -1;
    List<Entry> entries = new ArrayList<>(rows.size());
    for (Row row : rows) {
      epoch = row.getLong("epoch");
      lastTx = row.getLong("tx");
      String lines = row.getString("lines");
      entries.add(
          new Entry(
              row.getUUID("order_id"),
              new StatusChange(
                  row.getInteger("sequence"),
                  OrderStatus.of(row.getInteger("status")),
                  row.getOffsetDateTime("at").toInstant()),
              lines == null ? List.of() : LineText.read(lines)));
    }
    return new Slice(epoch, lastTx + 1, entries);
  }
}
