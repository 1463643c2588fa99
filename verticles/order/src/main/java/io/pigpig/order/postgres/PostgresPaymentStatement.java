package io.pigpig.order.postgres;

import io.pigpig.order.PaymentStatement;
import io.pigpig.order.Saga;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The copy of the provider's ledger in Postgres ({@code V043__payment_statement.sql}). Bound to the
 * event loop of its link.
 */
public final class PostgresPaymentStatement implements PaymentStatement {

  private static final String POSITION = "SELECT position FROM payment_statement WHERE shard = 0";
  private static final String ENTER =
      "SELECT enter_payments($1::bigint, $2::bigint, $3::boolean, $4::bigint,"
          + " $5::uuid[], $6::smallint[], $7::smallint[], $8::bigint[]) AS entered";
  private static final String STRAYS =
      "SELECT order_id, payment FROM stray_payments($1::int, $2::int)";

  /** Bounds what one look compares: some tens of milliseconds. */
  private static final int VISIT_MAX = 1_000;

  private final PgLink link;

  public PostgresPaymentStatement(PgLink link) {
    this.link = link;
  }

  @Override
  public Future<Long> position() {
    return link.query(POSITION, Tuple.tuple())
        .map(rows -> rows.iterator().next().getLong("position"));
  }

  @Override
  public Future<Boolean> enter(Page page, long askedMillisAgo) {
    List<Entry> entries = page.entries();
    Tuple arguments =
        Tuple.of(page.from(), page.next(), page.last(), askedMillisAgo)
            .addArrayOfUUID(entries.stream().map(Entry::orderId).toArray(UUID[]::new))
            .addArrayOfShort(
                entries.stream().map(entry -> (short) entry.payment()).toArray(Short[]::new))
            .addArrayOfShort(
                entries.stream().map(entry -> (short) entry.status().code()).toArray(Short[]::new))
            .addArrayOfLong(entries.stream().map(Entry::amountCents).toArray(Long[]::new));
    return link.query(ENTER, arguments).map(rows -> rows.iterator().next().getBoolean("entered"));
  }

  @Override
  public Future<List<String>> strays(int most) {
    return link.query(STRAYS, Tuple.of(most, VISIT_MAX))
        .map(
            rows -> {
              List<String> keys = new ArrayList<>(rows.size());
              for (Row row : rows) {
                keys.add(Saga.chargeKey(row.getUUID("order_id"), row.getInteger("payment")));
              }
              return keys;
            });
  }
}
