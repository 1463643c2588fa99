package io.pigpig.order;

import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The repair console on the saga ledger. Owned by one event loop. */
final class LedgerSagaConsole implements SagaConsole {

  /** A worker may claim the saga between our look and our change; then we look again. */
  private static final int LOOKS_MAX = 5;

  private final SagaLedger ledger;
  private final OrderSettling settling;

  LedgerSagaConsole(SagaLedger ledger, OrderSettling settling) {
    this.ledger = ledger;
    this.settling = settling;
  }

  @Override
  public Future<List<SagaView>> list(
      SagaView.@Nullable State state, int limit, @Nullable UUID before) {
    return ledger.list(state, limit, before).recover(Refused::byStoreRead);
  }

  @Override
  public Future<SagaView> retry(UUID orderId, String actor) {
    return found(orderId)
        .compose(
            saga ->
                saga.step() == SagaStep.ENDED
                    ? Refused.with(new Refusal.SagaEnded(orderId.toString()))
                    : ledger.record(saga, actor, "retry").recover(Refused::byStore))
        .compose(recorded -> ledger.hurry(orderId).recover(Refused::byStore))
        .compose(hurried -> found(orderId));
  }

  @Override
  public Future<SagaView> cancel(UUID orderId, String actor) {
    return found(orderId)
        .compose(saga -> ledger.record(saga, actor, "cancel").recover(Refused::byStore))
        .compose(recorded -> cancel(orderId, LOOKS_MAX))
        .compose(cancelled -> found(orderId));
  }

  private Future<Settlement> cancel(UUID orderId, int looks) {
    return found(orderId)
        .compose(
            saga ->
                settling
                    .settle(new Settle(orderId, null, OrderStatus.CANCELLED, saga.epoch(), null))
                    .recover(Refused::byStore))
        .compose(came -> cancelled(orderId, came, looks));
  }

  private Future<Settlement> cancelled(UUID orderId, Settlement came, int looks) {
    Order order = came.order();
    return switch (came.kind()) {
      case CHANGED, ALREADY -> Future.succeededFuture(came);
      case NOT_FOUND -> notFound(orderId);
      case NOT_POSSIBLE ->
          Refused.with(
              new Refusal.OrderNotCancellable(
                  orderId.toString(), order == null ? "" : order.status().name()));
      case LEASE_LOST ->
          looks > 1
              ? cancel(orderId, looks - 1)
              : Refused.with(
                  new Refusal.Unavailable("a worker is busy with the saga", Refused.RETRY_AFTER));
    };
  }

  private Future<SagaView> found(UUID orderId) {
    return ledger
        .find(orderId)
        .recover(Refused::byStoreRead)
        .compose(saga -> saga == null ? notFound(orderId) : Future.succeededFuture(saga));
  }

  private static <T> Future<T> notFound(UUID orderId) {
    return Refused.with(new Refusal.NotFound("there is no saga of order " + orderId));
  }
}
