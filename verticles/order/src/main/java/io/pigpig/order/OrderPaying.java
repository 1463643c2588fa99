package io.pigpig.order;

import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.order.SagaLedger.Begun;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The payment a customer waits for: the intent becomes durable, the provider is asked, the hold
 * becomes a sale. Whoever dies in between, the saga's lease runs out and another worker finishes
 * it; the customer then hears {@code OUTCOME_UNKNOWN} and may ask again. Intents that gather while
 * one transaction is in flight share the next one. Owned by one event loop; not thread-safe.
 */
final class OrderPaying {

  private record Waiting(BeginPayment payment, Promise<Begun> begun) {}

  /** What paying is made of, each owned by the same event loop. */
  record Parts(OrderLedger orders, SagaLedger sagas, SagaWorker worker) {}

  private final Parts parts;
  private final Ticker ticker;
  private final long timeoutNanos;
  private final int paymentsMax;
  private final CallerDeadlines deadlines;
  private final NaturalBatcher<Waiting> batcher;
  private int underWay;

  OrderPaying(Parts parts, OrderProcessing.Settings settings, Ticker ticker, Executor loop) {
    this.parts = parts;
    this.ticker = ticker;
    this.timeoutNanos = settings.order().settleTimeout().toNanos();
    this.paymentsMax = settings.saga().paymentsMax();
    this.deadlines = new CallerDeadlines(ticker);
    this.batcher =
        new NaturalBatcher<>(
            settings.order().commitBatchMax(),
            paymentsMax,
            loop,
            new BatchWork<>(this::begin, this::failed));
  }

  /** Answers the order after; refused as {@link OrderService#pay} says. */
  Future<Order> pay(BeginPayment payment) {
    Promise<Begun> begun = Promise.promise();
    if (underWay >= paymentsMax || !batcher.offer(new Waiting(payment, begun))) {
      return Refused.with(new Refusal.Overloaded("the payments", Refused.RETRY_AFTER));
    }
    underWay++;
    Promise<Order> answer = Promise.promise();
    deadlines.watch(answer, ticker.nanos() + timeoutNanos);
    begun
        .future()
        .recover(Refused::byStore)
        .compose(outcome -> answer(payment.orderId(), outcome))
        .onComplete(
            done -> {
              underWay--;
              if (done.succeeded()) {
                answer.tryComplete(done.result());
              } else {
                answer.tryFail(done.cause());
              }
            });
    return answer.future();
  }

  void answerLate() {
    deadlines.answerLate();
  }

  Future<Void> drained() {
    return batcher.idle();
  }

  private Future<Order> answer(UUID orderId, Begun outcome) {
    return switch (outcome) {
      case Begun.Leased leased ->
          parts.worker().perform(leased.saga()).compose(done -> charged(orderId, done));
      case Begun.PaidAlready paid -> Future.succeededFuture(paid.order());
      case Begun.NotPayable not ->
          Refused.with(new Refusal.OrderNotPayable(orderId.toString(), not.status().name()));
      case Begun.UnderWay other ->
          Refused.with(new Refusal.PaymentUnderWay(orderId.toString(), Refused.RETRY_AFTER));
      case Begun.NotFound not -> Refused.with(new Refusal.NotFound("there is no order " + orderId));
    };
  }

  private Future<Order> charged(UUID orderId, SagaWorker.Done done) {
    return switch (done) {
      case DECLINED -> Refused.with(new Refusal.PaymentDeclined(orderId.toString()));
      case LATER -> Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
      case WRITTEN, FENCED ->
          parts.orders().find(orderId).recover(OrderPaying::notRead).compose(OrderPaying::asPaid);
    };
  }

  /** The charge was made: a ledger that is away now does not mean that nothing was done. */
  private static <T> Future<T> notRead(Throwable cause) {
    return cause instanceof LinkDownException || cause instanceof OutcomeUnknownException
        ? Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER))
        : Future.failedFuture(cause);
  }

  /** A payment that lost against the order's expiry or cancellation is given back by the saga. */
  private static Future<Order> asPaid(@Nullable Order order) {
    if (order == null) {
      return Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
    }
    return switch (order.status()) {
      case PAID, IN_PRODUCTION, SHIPPED -> Future.succeededFuture(order);
      case CANCELLED, EXPIRED ->
          Refused.with(
              new Refusal.OrderNotPayable(order.orderId().toString(), order.status().name()));
      case PENDING_PAYMENT -> Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
    };
  }

  /**
   * The transaction wants ids ascending and each once. A second wish of the same customer for an id
   * is under way; one of another waits for the next batch, where it finds out whose order it is.
   */
  private Future<?> begin(List<Waiting> gathered) {
    List<Waiting> batch = new ArrayList<>(gathered.size());
    Map<UUID, BeginPayment> first = new HashMap<>();
    for (Waiting waiting : gathered) {
      BeginPayment payment = waiting.payment();
      BeginPayment before = first.putIfAbsent(payment.orderId(), payment);
      if (before == null) {
        batch.add(waiting);
      } else if (Objects.equals(before.customer(), payment.customer()) || !batcher.offer(waiting)) {
        waiting.begun().tryComplete(new Begun.UnderWay());
      }
    }
    batch.sort(Comparator.comparing(waiting -> waiting.payment().orderId().toString()));
    return parts
        .sagas()
        .begin(batch.stream().map(Waiting::payment).toList())
        .map(
            begun -> {
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).begun().tryComplete(begun.get(i));
              }
              return begun;
            });
  }

  private void failed(List<Waiting> batch, Throwable cause) {
    batch.forEach(waiting -> waiting.begun().tryFail(cause));
  }
}
