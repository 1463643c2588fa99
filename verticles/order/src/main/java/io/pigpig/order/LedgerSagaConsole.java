package io.pigpig.order;

import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The repair console on the saga ledger. Owned by one event loop. */
final class LedgerSagaConsole implements SagaConsole {

  private static final Logger log = LoggerFactory.getLogger(LedgerSagaConsole.class);

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
  public Future<History> show(UUID orderId) {
    return found(orderId)
        .compose(
            saga ->
                ledger
                    .actions(orderId)
                    .recover(Refused::byStoreRead)
                    .map(actions -> new History(saga, actions)));
  }

  @Override
  public Future<SagaView> retry(UUID orderId, String actor) {
    return act(
        new Asked(orderId, actor, "retry"),
        () -> open(orderId).compose(saga -> ledger.hurry(orderId).recover(Refused::byStore)));
  }

  @Override
  public Future<SagaView> cancel(UUID orderId, String actor) {
    return act(new Asked(orderId, actor, "cancel"), () -> cancel(orderId, LOOKS_MAX));
  }

  /** What an operator asks for. */
  private record Asked(UUID orderId, String actor, String action) {}

  private Future<SagaView> act(Asked asked, Supplier<Future<?>> deed) {
    return found(asked.orderId())
        .compose(
            saga -> ledger.record(saga, asked.actor(), asked.action()).recover(Refused::byStore))
        .compose(action -> deed.get().transform(came -> concluded(asked, action, came)));
  }

  /** What came of it is the answer, whether or not it could be recorded. */
  private Future<SagaView> concluded(Asked asked, UUID action, AsyncResult<?> came) {
    Future<SagaView> after = found(asked.orderId());
    return after
        .compose(saga -> ledger.conclude(action, outcome(came), saga))
        .onFailure(e -> log.warn("what came of {} was not recorded: {}", asked, e.getMessage()))
        .transform(recorded -> came.succeeded() ? after : Future.failedFuture(came.cause()));
  }

  private static String outcome(AsyncResult<?> came) {
    if (came.succeeded()) {
      return SagaAction.ACCEPTED;
    }
    return came.cause() instanceof RefusedException refused ? refused.refusal().code() : "INTERNAL";
  }

  private Future<Settlement> cancel(UUID orderId, int looks) {
    return open(orderId)
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

  private Future<SagaView> open(UUID orderId) {
    return found(orderId)
        .compose(
            saga ->
                saga.step() == SagaStep.ENDED
                    ? Refused.with(new Refusal.SagaEnded(orderId.toString()))
                    : Future.succeededFuture(saga));
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
