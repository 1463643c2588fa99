package io.pigpig.order.postgres;

import io.pigpig.order.Order;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PeerHint;
import io.pigpig.order.Saga;
import io.pigpig.order.SagaAction;
import io.pigpig.order.SagaLedger;
import io.pigpig.order.SagaSettings;
import io.pigpig.order.SagaStep;
import io.pigpig.order.SagaView;
import io.pigpig.order.SagaView.State;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

  private static final String VIEW =
      "SELECT s.order_id, o.status, s.step, s.attempts, s.owner, s.lease_until, s.due_at,"
          + " s.waybill, s.error, s.begun_at, s.changed_at, s.epoch"
          + " FROM saga s JOIN orders o USING (order_id)";
  private static final String FIND = VIEW + " WHERE s.order_id = $1::uuid";
  // The predicate of an index is no argument: those that live are few beside those that ended.
  private static final String LIST_LIVE =
      VIEW
          + " WHERE s.order_id < $1::uuid AND s.step < 6"
          + " AND ($2::boolean IS NULL OR $2 = (s.step IN (4, 5) AND s.attempts >= $3::int))"
          + " ORDER BY s.order_id DESC LIMIT $4::int";
  private static final String LIST_ENDED =
      VIEW
          + " WHERE s.order_id < $1::uuid AND s.step = 6"
          + " ORDER BY s.order_id DESC LIMIT $2::int";
  private static final String HURRY =
      "UPDATE saga SET due_at = now(), attempts = 0, changed_at = now() WHERE order_id = $1::uuid"
          + " AND step < 6 AND (lease_until IS NULL OR lease_until <= now())";
  private static final String HINT = "SELECT hint_sagas($1::int[], $2::uuid[], $3::bigint[])";
  private static final String RECORD =
      "INSERT INTO saga_action (order_id, actor, action, status_before, step_before)"
          + " VALUES ($1::uuid, $2::text, $3::text, $4::smallint, $5::smallint)"
          + " RETURNING action_id";
  private static final String CONCLUDE =
      "UPDATE saga_action SET outcome = $3::text, status_after = $4::smallint,"
          + " step_after = $5::smallint WHERE order_id = $1::uuid AND action_id = $2::uuid";
  private static final String ACTIONS =
      "SELECT at, actor, action, status_before, step_before, outcome, status_after, step_after"
          + " FROM saga_action WHERE order_id = $1::uuid ORDER BY at DESC, action_id LIMIT 100";

  private static final UUID GREATEST = new UUID(-1L, -1L);

  private final PgLink link;
  private final String owner;
  private final long leaseMillis;
  private final int parkedAfter;

  /**
   * @param owner names the worker in the saga's row, at most 64 characters
   */
  public PostgresSagaLedger(PgLink link, String owner, SagaSettings settings) {
    this.link = link;
    this.owner = owner;
    this.leaseMillis = settings.lease().toMillis();
    this.parkedAfter = settings.parkedAfter();
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

  @Override
  public Future<List<SagaView>> list(
      SagaView.@Nullable State state, int limit, @Nullable UUID before) {
    UUID from = before == null ? GREATEST : before;
    Boolean parked = state == null ? null : state == State.PARKED;
    Future<RowSet<Row>> asked =
        state == State.ENDED
            ? link.query(LIST_ENDED, Tuple.of(from, limit))
            : link.query(LIST_LIVE, Tuple.of(from, parked, parkedAfter, limit));
    return asked.map(
        rows -> {
          List<SagaView> views = new ArrayList<>(rows.size());
          for (Row row : rows) {
            views.add(toView(row));
          }
          return views;
        });
  }

  @Override
  public Future<@Nullable SagaView> find(UUID orderId) {
    return link.query(FIND, Tuple.of(orderId)).map(this::firstOrNull);
  }

  private @Nullable SagaView firstOrNull(RowSet<Row> rows) {
    return rows.size() == 0 ? null : toView(rows.iterator().next());
  }

  private SagaView toView(Row row) {
    SagaStep step = SagaStep.of(row.getInteger("step"));
    int attempts = row.getInteger("attempts");
    boolean parked = step.isCompensation() && attempts >= parkedAfter;
    OffsetDateTime lease = row.getOffsetDateTime("lease_until");
    return new SagaView(
        row.getUUID("order_id"),
        OrderStatus.of(row.getInteger("status")),
        step,
        step == SagaStep.ENDED ? State.ENDED : parked ? State.PARKED : State.RUNNING,
        attempts,
        row.getString("owner"),
        lease == null ? null : lease.toInstant(),
        row.getOffsetDateTime("due_at").toInstant(),
        row.getString("waybill"),
        row.getString("error"),
        row.getOffsetDateTime("begun_at").toInstant(),
        row.getOffsetDateTime("changed_at").toInstant(),
        row.getLong("epoch"));
  }

  @Override
  public Future<Void> hurry(UUID orderId) {
    return link.query(HURRY, Tuple.of(orderId)).mapEmpty();
  }

  @Override
  public Future<Void> hint(List<PeerHint> batch) {
    Tuple arguments =
        Tuple.tuple()
            .addArrayOfInteger(
                batch.stream().map(hint -> hint.peer().code()).toArray(Integer[]::new))
            .addArrayOfUUID(batch.stream().map(PeerHint::orderId).toArray(UUID[]::new))
            .addArrayOfLong(batch.stream().map(PeerHint::sequence).toArray(Long[]::new));
    return link.query(HINT, arguments).mapEmpty();
  }

  @Override
  public Future<UUID> record(SagaView saga, String actor, String action) {
    Tuple arguments =
        Tuple.of(saga.orderId(), actor, action)
            .addShort((short) saga.orderStatus().code())
            .addShort((short) saga.step().code());
    return link.query(RECORD, arguments).map(rows -> rows.iterator().next().getUUID("action_id"));
  }

  @Override
  public Future<Void> conclude(UUID action, String outcome, SagaView after) {
    Tuple arguments =
        Tuple.of(after.orderId(), action, outcome)
            .addShort((short) after.orderStatus().code())
            .addShort((short) after.step().code());
    return link.query(CONCLUDE, arguments).mapEmpty();
  }

  @Override
  public Future<List<SagaAction>> actions(UUID orderId) {
    return link.query(ACTIONS, Tuple.of(orderId))
        .map(
            rows -> {
              List<SagaAction> actions = new ArrayList<>(rows.size());
              for (Row row : rows) {
                actions.add(toAction(row));
              }
              return actions;
            });
  }

  private static SagaAction toAction(Row row) {
    String outcome = row.getString("outcome");
    return new SagaAction(
        row.getOffsetDateTime("at").toInstant(),
        row.getString("actor"),
        row.getString("action"),
        place(row, "before"),
        outcome,
        outcome == null ? null : place(row, "after"));
  }

  private static SagaAction.Place place(Row row, String when) {
    return new SagaAction.Place(
        OrderStatus.of(row.getInteger("status_" + when)),
        SagaStep.of(row.getInteger("step_" + when)));
  }

  private static boolean kept(RowSet<Row> rows) {
    return rows.iterator().next().getBoolean("kept");
  }
}
