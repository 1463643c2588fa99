package io.pigpig.order.postgres;

import io.pigpig.order.OrderMonths;
import io.pigpig.order.OrderSettings;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * Months of orders as partitions in Postgres ({@code V045__order_months.sql}). Bound to the event
 * loop of its link.
 */
public final class PostgresOrderMonths implements OrderMonths {

  private static final String TEND =
      "SELECT made, retired, more, held_up_by, in_default"
          + " FROM tend_order_months($1::int, $2::int, $3::int)";

  private final PgLink link;
  private final OrderSettings settings;

  public PostgresOrderMonths(PgLink link, OrderSettings settings) {
    this.link = link;
    this.settings = settings;
  }

  @Override
  public Future<Tended> tend() {
    Tuple arguments =
        Tuple.of(settings.monthsAhead(), settings.monthsKept(), settings.retireBatchMax());
    return link.query(TEND, arguments).map(PostgresOrderMonths::toTended);
  }

  private static Tended toTended(RowSet<Row> rows) {
    Row row = rows.iterator().next();
    return new Tended(
        row.getInteger("made"),
        row.getLocalDate("retired"),
        row.getBoolean("more"),
        row.getUUID("held_up_by"),
        row.getInteger("in_default"));
  }
}
