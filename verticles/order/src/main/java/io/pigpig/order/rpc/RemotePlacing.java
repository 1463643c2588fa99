package io.pigpig.order.rpc;

import io.pigpig.order.LoopTools;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.RemoteOrderSettings;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.RetryBudget;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places orders with another process, many in one message: while so many batches are under way the
 * next one gathers.
 *
 * <p>What is believed of an order is its own outcome. What is said of its batch or of the stream
 * may be about others; of that only {@code UNAVAILABLE}, {@code OVERLOADED} and {@code
 * RATE_LIMITED} count, which a carrier says of a batch when nothing of it was begun. An order whose
 * batch was lost, or was never sent, is asked for again after a pause, as long as its caller waits
 * and the budget allows: its key makes one order, whoever is asked. Once an attempt may have
 * worked, only an order that was made is believed; a refusal by another process may have been
 * earlier than the order. A refusal that comes as an outcome is not asked about again, {@code
 * UNAVAILABLE} included: whoever said so is there, and asking would add to what keeps it from
 * working.
 *
 * <p>Each caller is answered by its own deadline, also when its batch is not. Owned by one event
 * loop.
 */
final class RemotePlacing {

  private static final Logger log = LoggerFactory.getLogger(RemotePlacing.class);

  /** One order from the question to its answer, however often it is asked for. */
  private static final class Waiting {
    private final PlaceOrder order;
    private final Promise<Placement> answer = Promise.promise();
    private int failures;
    private boolean isSent;
    private boolean isPerhapsMade;

    Waiting(PlaceOrder order) {
      this.order = order;
    }

    boolean isOver() {
      return answer.future().isComplete();
    }
  }

  private final RpcCaller caller;
  private final RemoteOrderSettings settings;
  private final long lateMillis;
  private final LoopTools tools;
  private final RetryBudget budget;
  private final NaturalBatcher<Waiting> batcher;
  private final Set<Waiting> underWay = new LinkedHashSet<>();
  private @Nullable Promise<Void> idle;
  private boolean isSweepDue;

  /**
   * @param loop runs a task at the end of the loop's turn
   * @throws IllegalArgumentException if {@code grpc.message-max} cannot hold one order
   */
  RemotePlacing(RpcCaller caller, RemoteOrders.Settings settings, LoopTools tools, Executor loop) {
    OrderSettings order = settings.order();
    this.caller = caller;
    this.settings = order.remote();
    this.lateMillis = order.lateEvery().toMillis();
    this.tools = tools;
    this.budget = new RetryBudget(order.remote().retryPercent(), order.remote().retryReserve());
    this.batcher =
        new NaturalBatcher<>(
            OrderContract.batchMax(settings.rpc()),
            order.remote().inFlightMax(),
            settings.rpc().batchesInFlight(),
            loop,
            new BatchWork<>(this::send, this::failed));
  }

  Future<Placement> place(PlaceOrder order) {
    if (underWay.size() >= settings.inFlightMax()) {
      return Refused.with(overloaded());
    }
    if (millisLeft(order) <= 0) {
      return Refused.with(Refused.late());
    }
    Waiting waiting = new Waiting(order);
    underWay.add(waiting);
    budget.earn();
    offer(waiting);
    sweepLater();
    return waiting.answer.future();
  }

  private void offer(Waiting waiting) {
    if (!waiting.isOver() && !batcher.offer(waiting)) {
      giveUp(waiting, overloaded());
    }
  }

  private Future<?> send(List<Waiting> gathered) {
    List<Waiting> batch = gathered.stream().filter(waiting -> !waiting.isOver()).toList();
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    PlaceOrdersRequest.Builder message = PlaceOrdersRequest.newBuilder();
    long latest = tools.ticker().nanos();
    for (Waiting waiting : batch) {
      waiting.isSent = true;
      latest = Math.max(latest, waiting.order.deadlineNanos());
      long millis = Math.clamp(millisLeft(waiting.order), 1, OrderContract.TIMEOUT_MILLIS_MAX);
      message.addOrders(OrderMessages.toPlace(waiting.order, (int) millis));
    }
    return caller
        .batch(
            OrderContract.PLACE_MANY,
            number -> message.setBatchId(number).build(),
            PlaceOrdersResponse::getBatchId,
            latest)
        .onSuccess(answer -> answered(batch, answer.getOutcomesList()));
  }

  private void answered(List<Waiting> batch, List<PlaceOrderOutcome> outcomes) {
    for (int i = 0; i < batch.size(); i++) {
      outcome(
          batch.get(i),
          i < outcomes.size() ? outcomes.get(i) : PlaceOrderOutcome.getDefaultInstance());
    }
  }

  private void outcome(Waiting waiting, PlaceOrderOutcome outcome) {
    if (waiting.isOver()) {
      return;
    }
    waiting.isSent = false;
    switch (outcome.getOutcomeCase()) {
      case PLACED -> placed(waiting, outcome);
      case REFUSED -> refused(waiting, OrderMessages.refusal(outcome.getRefused()));
      case OUTCOME_NOT_SET -> lost(waiting);
    }
  }

  private void placed(Waiting waiting, PlaceOrderOutcome outcome) {
    Placement placement;
    try {
      placement = OrderMessages.placement(outcome.getPlaced());
    } catch (RuntimeException e) {
      // Of a newer version, which will say the same again: there is an order, and its key finds it.
      log.error("the order of key {} cannot be read", waiting.order.key(), e);
      end(waiting, Refused.unknown());
      return;
    }
    if (waiting.answer.tryComplete(placement)) {
      over(waiting);
    }
  }

  /** What the process of orders says of this very order. */
  private void refused(Waiting waiting, Refusal refusal) {
    if (refusal instanceof Refusal.OutcomeUnknown
        || (waiting.isPerhapsMade && refusal instanceof Refusal.RequestInFlight)) {
      lost(waiting);
    } else {
      giveUp(waiting, refusal);
    }
  }

  /** The batch as a whole has no answer; of each of its orders nothing is known but that. */
  private void failed(List<Waiting> batch, Throwable cause) {
    Refusal notBegun = notBegun(cause);
    if (notBegun == null) {
      log.warn("a batch of {} orders has no answer: {}", batch.size(), cause.getMessage());
    }
    for (Waiting waiting : batch) {
      if (waiting.isOver()) {
        continue;
      }
      waiting.isSent = false;
      if (notBegun == null) {
        lost(waiting);
      } else {
        again(waiting, notBegun);
      }
    }
  }

  /** A refusal that says of a whole batch that nothing of it was begun, or null. */
  private static @Nullable Refusal notBegun(Throwable cause) {
    Refusal refusal = cause instanceof RefusedException refused ? refused.refusal() : null;
    return refusal instanceof Refusal.Unavailable
            || refusal instanceof Refusal.Overloaded
            || refusal instanceof Refusal.RateLimited
        ? refusal
        : null;
  }

  private void lost(Waiting waiting) {
    waiting.isPerhapsMade = true;
    again(waiting, Refused.unknown());
  }

  private void again(Waiting waiting, Refusal otherwise) {
    long pauseMillis =
        Backoff.delayMillis(
            settings.retryBase().toMillis(),
            settings.retryCap().toMillis(),
            waiting.failures++,
            tools.random());
    if (millisLeft(waiting.order) <= pauseMillis || !budget.spend()) {
      giveUp(waiting, otherwise);
      return;
    }
    tools.pause().millis(pauseMillis).onComplete(waited -> offer(waiting));
  }

  private void giveUp(Waiting waiting, Refusal refusal) {
    end(waiting, waiting.isPerhapsMade ? Refused.unknown() : refusal);
  }

  private void end(Waiting waiting, Refusal refusal) {
    if (waiting.answer.tryFail(new RefusedException(refusal))) {
      over(waiting);
    }
  }

  private void over(Waiting waiting) {
    underWay.remove(waiting);
    if (underWay.isEmpty() && idle != null) {
      idle.tryComplete();
    }
  }

  private void sweepLater() {
    if (!isSweepDue && !underWay.isEmpty()) {
      isSweepDue = true;
      tools
          .pause()
          .millis(lateMillis)
          .onComplete(
              waited -> {
                isSweepDue = false;
                sweep();
                sweepLater();
              });
    }
  }

  /** Lets go of callers whose deadline has passed; what is under way for them goes on. */
  private void sweep() {
    for (Waiting waiting : List.copyOf(underWay)) {
      if (millisLeft(waiting.order) <= 0) {
        end(waiting, waiting.isSent || waiting.isPerhapsMade ? Refused.unknown() : Refused.late());
      }
    }
  }

  private long millisLeft(PlaceOrder order) {
    return TimeUnit.NANOSECONDS.toMillis(order.deadlineNanos() - tools.ticker().nanos());
  }

  private static Refusal overloaded() {
    return new Refusal.Overloaded("the way to the orders", Refused.RETRY_AFTER);
  }

  /** Completes once no order is under way, those that pause between two attempts included. */
  Future<Void> idle() {
    if (underWay.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> waiting = idle == null ? Promise.promise() : idle;
    idle = waiting;
    return waiting.future();
  }
}
