package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.stock.UnitsBack;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Changes the status of orders, many in one transaction; units that come free go back to the gate
 * before the caller hears of it. Owned by one event loop; not thread-safe.
 */
final class OrderSettling {

  private record Waiting(Settle settle, Promise<Settlement> done) {}

  private final OrderLedger ledger;
  private final UnitsBack unitsBack;
  private final CallerDeadlines deadlines;
  private final Ticker ticker;
  private final long timeoutNanos;
  private final NaturalBatcher<Waiting> batcher;

  /** The order ledger, and where units go that come free; both owned by the same event loop. */
  record Parts(OrderLedger ledger, UnitsBack unitsBack) {}

  OrderSettling(Parts parts, OrderSettings settings, Ticker ticker, Executor loop) {
    this.ledger = parts.ledger();
    this.unitsBack = parts.unitsBack();
    this.deadlines = new CallerDeadlines(ticker);
    this.ticker = ticker;
    this.timeoutNanos = settings.settleTimeout().toNanos();
    this.batcher =
        new NaturalBatcher<>(
            settings.commitBatchMax(),
            settings.commitQueueMax(),
            loop,
            new BatchWork<>(this::settle, this::failed));
  }

  /** Answers the order after; refused as {@link OrderService#cancel} says. */
  Future<Order> cancel(Settle wish) {
    return settle(wish).recover(Refused::byStore).compose(came -> answer(wish, came));
  }

  /** Answers what it led to; fails with the link's exceptions or with a refusal. */
  Future<Settlement> settle(Settle settle) {
    Promise<Settlement> done = Promise.promise();
    if (!batcher.offer(new Waiting(settle, done))) {
      return Refused.with(new Refusal.Overloaded("the settlement queue", Refused.RETRY_AFTER));
    }
    deadlines.watch(done, ticker.nanos() + timeoutNanos);
    return done.future();
  }

  void answerLate() {
    deadlines.answerLate();
  }

  Future<Void> drained() {
    return batcher.idle();
  }

  private static Future<Order> answer(Settle settle, Settlement settlement) {
    return switch (settlement.kind()) {
      case CHANGED, ALREADY -> Future.succeededFuture(order(settlement));
      case NOT_FOUND -> Refused.with(new Refusal.NotFound("there is no order " + settle.orderId()));
      case NOT_POSSIBLE, LEASE_LOST ->
          Refused.with(
              new Refusal.OrderNotCancellable(
                  settle.orderId().toString(), order(settlement).status().name()));
    };
  }

  private static Order order(Settlement settlement) {
    return Objects.requireNonNull(settlement.order(), "a settlement that was found has its order");
  }

  /**
   * The transaction wants ids ascending and each once; a second wish for an id waits a turn.
   * Nothing is begun for a caller who has gone.
   */
  private Future<?> settle(List<Waiting> gathered) {
    List<Waiting> batch = new ArrayList<>(gathered.size());
    Set<UUID> ids = new HashSet<>();
    for (Waiting waiting : gathered) {
      if (waiting.done().future().isComplete()) {
        continue;
      }
      if (ids.add(waiting.settle().orderId())) {
        batch.add(waiting);
      } else if (!batcher.offer(waiting)) {
        waiting
            .done()
            .tryFail(
                new RefusedException(
                    new Refusal.Overloaded("the settlement queue", Refused.RETRY_AFTER)));
      }
    }
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    batch.sort(Comparator.comparing(waiting -> waiting.settle().orderId().toString()));
    return ledger
        .settle(batch.stream().map(Waiting::settle).toList())
        .compose(settlements -> tell(batch, settlements));
  }

  private void failed(List<Waiting> batch, Throwable cause) {
    batch.forEach(waiting -> waiting.done().tryFail(cause));
  }

  private Future<Void> tell(List<Waiting> batch, List<Settlement> settlements) {
    Map<Sku, Long> freed = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      if (settlements.get(i).kind() == Settlement.Kind.CHANGED
          && batch.get(i).settle().wanted() == OrderStatus.CANCELLED) {
        for (OrderLine line : order(settlements.get(i)).lines()) {
          freed.merge(line.sku(), (long) line.quantity(), Long::sum);
        }
      }
    }
    Future<Void> told = freed.isEmpty() ? Future.succeededFuture() : unitsBack.giveBack(freed);
    return told.onSuccess(
        done -> {
          for (int i = 0; i < batch.size(); i++) {
            batch.get(i).done().tryComplete(settlements.get(i));
          }
        });
  }
}
