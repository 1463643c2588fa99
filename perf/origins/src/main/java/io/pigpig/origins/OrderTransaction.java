package io.pigpig.origins;

import io.pigpig.order.LineText;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.runtime.OutcomeUnknownException;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BEGIN, a statement a row, COMMIT: every one a round trip of its own. One order at a time; owned
 * by the event loop of its link.
 */
final class OrderTransaction {

  private static final Logger log = LoggerFactory.getLogger(OrderTransaction.class);

  /** What a step says when the next one follows. */
  private static final Outcome GO_ON = new Outcome.Unknown("not over");

  private static final Outcome KEY_USED = new Outcome.KeyUsed();
  private static final Outcome FENCED = new Outcome.Fenced();

  private final PgLink link;
  private final Duration paymentWindow;

  OrderTransaction(PgLink link, Duration paymentWindow) {
    this.link = link;
    this.paymentWindow = paymentWindow;
  }

  /** Never fails. */
  Future<Outcome> place(NewOrder entry) {
    return link.query("BEGIN", Tuple.tuple())
        .compose(begun -> claim(entry))
        .compose(said -> isOver(said) ? done(said) : hold(entry))
        .compose(said -> isOver(said) ? done(said) : insert(entry))
        .recover(e -> done(RowByRow.unavailable(e)))
        .compose(said -> said instanceof Outcome.Accepted ? commit(said) : rollback(said));
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isOver(Outcome said) {
    return said != GO_ON;
  }

  private static Future<Outcome> done(Outcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private Future<Outcome> claim(NewOrder entry) {
    return link.query(RowByRow.CLAIM, Tuple.of(entry.customer(), entry.key(), entry.orderId()))
        .map(rows -> rows.rowCount() == 1 ? GO_ON : KEY_USED);
  }

  private Future<Outcome> hold(NewOrder entry) {
    Future<Outcome> held = done(GO_ON);
    for (Map.Entry<String, Long> units : RowByRow.demand(entry).entrySet()) {
      held =
          held.compose(said -> isOver(said) ? done(said) : hold(units.getKey(), units.getValue()));
    }
    return held;
  }

  private Future<Outcome> hold(String sku, long quantity) {
    return link.query(RowByRow.HOLD, Tuple.of(quantity, sku, quantity))
        .map(rows -> rows.rowCount() == 1 ? GO_ON : RowByRow.outOfStock(sku));
  }

  private Future<Outcome> insert(NewOrder entry) {
    Tuple row =
        Tuple.of(entry.orderId(), entry.customer(), entry.key(), entry.fingerprint())
            .addString(LineText.write(entry.lines()))
            .addLong(entry.totalCents())
            .addLong(paymentWindow.toMillis());
    return link.query(RowByRow.INSERT, row)
        .compose(
            rows ->
                rows.size() == 0
                    ? done(FENCED)
                    : tell(
                        entry, rows.iterator().next().getOffsetDateTime("created_at").toInstant()));
  }

  private Future<Outcome> tell(NewOrder entry, Instant placedAt) {
    Map<String, Long> demand = RowByRow.demand(entry);
    Tuple row =
        Tuple.tuple()
            .addArrayOfUUID(new UUID[] {entry.orderId()})
            .addArrayOfString(demand.keySet().toArray(String[]::new))
            .addArrayOfLong(demand.values().toArray(Long[]::new));
    return link.query(RowByRow.TELL, row)
        .map(told -> new Outcome.Accepted(placedAt, placedAt.plus(paymentWindow)));
  }

  /** A commit whose answer was not seen may have happened. */
  private Future<Outcome> commit(Outcome accepted) {
    return link.query("COMMIT", Tuple.tuple())
        .map(accepted)
        .recover(
            e ->
                e instanceof OutcomeUnknownException
                    ? done(new Outcome.Unknown(String.valueOf(e.getMessage())))
                    : done(RowByRow.unavailable(e)));
  }

  /** Where it fails the connection is gone, and with it the transaction. */
  private Future<Outcome> rollback(Outcome refused) {
    return link.query("ROLLBACK", Tuple.tuple())
        .onFailure(e -> log.warn("no rollback: {}", e.getMessage()))
        .map(refused)
        .otherwise(refused);
  }
}
