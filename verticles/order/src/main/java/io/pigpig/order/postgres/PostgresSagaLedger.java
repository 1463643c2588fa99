package io.pigpig.order.postgres;

import io.pigpig.order.Order;
import io.pigpig.order.Saga;
import io.pigpig.order.SagaLedger;
import io.pigpig.order.SagaSettings;
import io.pigpig.order.SagaStep;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Sagas in Postgres ({@code V042__order_life.sql}). Bound to the event loop of its link. */
public final class PostgresSagaLedger implements SagaLedger {

  private static final String BEGIN =
      "SELECT b.outcome, b.epoch, b.payment, "
          + OrderRows.columnsOf("b.order_row")
          + " FROM begin_payments($1::uuid[], $2::text[], $3::text[], $4::text, $5::bigint) AS b";
  private static final String CLAIM =
      "SELECT (c.saga_row).step, (c.saga_row).epoch, (c.saga_row).attempts, (c.saga_row).payment,"
          + " (c.saga_row).payment_token, "
          + OrderRows.columnsOf("c.order_row")
          + " FROM claim_sagas($1::text, $2::bigint, $3::int) AS c";
  private static final String RETRY =
      "SELECT retry_saga($1::uuid, $2::bigint, $3::bigint, $4::text) AS kept";
  private static final String ADVANCE =
      "SELECT step_saga($1::uuid, $2::bigint, $3::smallint, $4::text) AS kept";

  private final PgLink link;
  private final String owner;
  private final long leaseMillis;

  /**
   * @param owner names the worker in the saga's row, at most 64 characters
   */
  public PostgresSagaLedger(PgLink link, String owner, SagaSettings settings) {
    this.link = link;
    this.owner = owner;
    this.leaseMillis = settings.lease().toMillis();
  }

  @Override
  public Future<List<Begun>> begin(List<BeginPayment> batch) {
    UUID[] ids = batch.stream().map(BeginPayment::orderId).toArray(UUID[]::new);
    String[] customers = batch.stream().map(BeginPayment::customer).toArray(String[]::new);
    String[] tokens = batch.stream().map(BeginPayment::token).toArray(String[]::new);
    Tuple arguments =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfString(customers)
            .addArrayOfString(tokens)
            .addString(owner)
            .addLong(leaseMillis);
    return link.query(BEGIN, arguments).map(rows -> toBegun(batch, rows));
  }

  private static List<Begun> toBegun(List<BeginPayment> batch, RowSet<Row> rows) {
    List<Begun> begun = new ArrayList<>(batch.size());
    for (Row row : rows) {
      String token = batch.get(begun.size()).token();
      begun.add(
          switch (row.getInteger("outcome")) {
            case 1 ->
                new Begun.Leased(
                    new Saga(
                        OrderRows.toOrder(row),
                        SagaStep.CHARGE,
                        row.getLong("epoch"),
                        0,
                        row.getInteger("payment"),
                        token));
            case 2 -> new Begun.PaidAlready(OrderRows.toOrder(row));
            case 3 -> new Begun.NotPayable(OrderRows.toOrder(row).status());
            case 4 -> new Begun.NotFound();
            case 5 -> new Begun.UnderWay();
            default -> throw new IllegalStateException("begin_payments answered " + row.toJson());
          });
    }
    return begun;
  }

  @Override
  public Future<List<Saga>> claim(int most) {
    return link.query(CLAIM, Tuple.of(owner, leaseMillis, most))
        .map(
            rows -> {
              List<Saga> claimed = new ArrayList<>(rows.size());
              for (Row row : rows) {
                claimed.add(toSaga(row));
              }
              return claimed;
            });
  }

  private static Saga toSaga(Row row) {
    Order order = OrderRows.toOrder(row);
    return new Saga(
        order,
        SagaStep.of(row.getInteger("step")),
        row.getLong("epoch"),
        row.getInteger("attempts"),
        row.getInteger("payment"),
        row.getString("payment_token"));
  }

  @Override
  public Future<Boolean> retry(Saga saga, Duration later, String why) {
    return link.query(RETRY, Tuple.of(saga.orderId(), saga.epoch(), later.toMillis(), why))
        .map(PostgresSagaLedger::kept);
  }

  @Override
  public Future<Boolean> advance(Saga saga, SagaStep next, String why) {
    return link.query(ADVANCE, Tuple.of(saga.orderId(), saga.epoch(), (short) next.code(), why))
        .map(PostgresSagaLedger::kept);
  }

  private static boolean kept(RowSet<Row> rows) {
    return rows.iterator().next().getBoolean("kept");
  }
}
