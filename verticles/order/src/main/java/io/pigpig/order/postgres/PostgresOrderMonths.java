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

  private static final String MAKE = "SELECT made, in_default FROM make_order_months($1::int)";
  private static final String RETIRE =
      "SELECT retired, more, held_up_by FROM retire_order_months($1::int, $2::int)";

  private final PgLink link;
  private final OrderSettings settings;

  public PostgresOrderMonths(PgLink link, OrderSettings settings) {
    this.link = link;
    this.settings = settings;
  }

  @Override
  public Future<Made> make() {
    return link.query(MAKE, Tuple.of(settings.monthsAhead())).map(PostgresOrderMonths::toMade);
  }

  private static Made toMade(RowSet<Row> rows) {
    Row row = rows.iterator().next();
    return new Made(row.getInteger("made"), row.getInteger("in_default"));
  }

  @Override
  public Future<Retired> retire() {
    return link.query(RETIRE, Tuple.of(settings.monthsKept(), settings.retireBatchMax()))
        .map(PostgresOrderMonths::toRetired);
  }

  private static Retired toRetired(RowSet<Row> rows) {
    Row row = rows.iterator().next();
    return new Retired(
        row.getLocalDate("retired"), row.getBoolean("more"), row.getUUID("held_up_by"));
  }
}
