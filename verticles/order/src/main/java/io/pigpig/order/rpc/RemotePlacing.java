package io.pigpig.order.rpc;

import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Places orders with another process, many in one message: while so many batches are under way the
 * next one gathers.
 *
 * <p>An order whose batch was lost, or whose process is leaving, is asked for again, as long as its
 * caller waits: its key makes one order, whoever is asked. Once an attempt may have worked, only an
 * order that was made is believed; a refusal by another process may have been earlier than the
 * order. Owned by one event loop.
 */
final class RemotePlacing {

  private static final long AGAIN_MILLIS = 50;

  private record Waiting(PlaceOrder order, Promise<Placement> answer) {}

  private final RpcCaller caller;
  private final Ticker ticker;
  private final Pause pause;
  private final NaturalBatcher<Waiting> batcher;

  RemotePlacing(RpcCaller caller, RpcSettings settings, Ticker ticker, Pause pause, Executor loop) {
    this.caller = caller;
    this.ticker = ticker;
    this.pause = pause;
    this.batcher =
        new NaturalBatcher<>(
            OrderContract.BATCH_MAX,
            settings.callsMax(),
            settings.batchesInFlight(),
            loop,
            new BatchWork<>(this::send, RemotePlacing::fail));
  }

  Future<Placement> place(PlaceOrder order) {
    return attempt(order, false);
  }

  private Future<Placement> attempt(PlaceOrder order, boolean perhapsMade) {
    Waiting waiting = new Waiting(order, Promise.promise());
    if (!batcher.offer(waiting)) {
      return perhapsMade
          ? unknown()
          : Refused.with(new Refusal.Overloaded("the way to the orders", Refused.RETRY_AFTER));
    }
    return waiting.answer().future().recover(e -> refused(order, perhapsMade, e));
  }

  private Future<Placement> refused(PlaceOrder order, boolean perhapsMade, Throwable cause) {
    Refusal refusal =
        cause instanceof RefusedException refused
            ? refused.refusal()
            : new Refusal.OutcomeUnknown(Refused.RETRY_AFTER);
    boolean unknown = perhapsMade || refusal instanceof Refusal.OutcomeUnknown;
    boolean again =
        refusal instanceof Refusal.OutcomeUnknown
            || refusal instanceof Refusal.Unavailable
            || (unknown && refusal instanceof Refusal.RequestInFlight);
    if (again && millisLeft(order) > 2 * AGAIN_MILLIS) {
      return pause.millis(AGAIN_MILLIS).compose(waited -> attempt(order, unknown));
    }
    return unknown ? unknown() : Refused.with(refusal);
  }

  private static Future<Placement> unknown() {
    return Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
  }

  private long millisLeft(PlaceOrder order) {
    return TimeUnit.NANOSECONDS.toMillis(order.deadlineNanos() - ticker.nanos());
  }

  private Future<?> send(List<Waiting> batch) {
    PlaceOrdersRequest.Builder message = PlaceOrdersRequest.newBuilder();
    long latest = ticker.nanos();
    for (Waiting waiting : batch) {
      PlaceOrder order = waiting.order();
      latest = Math.max(latest, order.deadlineNanos());
      long millis = Math.clamp(millisLeft(order), 1, OrderContract.TIMEOUT_MILLIS_MAX);
      message.addOrders(OrderMessages.toPlace(order, (int) millis));
    }
    return caller
        .batch(
            OrderContract.PLACE_MANY,
            number -> message.setBatchId(number).build(),
            PlaceOrdersResponse::getBatchId,
            latest)
        .onSuccess(answer -> answer(batch, answer.getOutcomesList()));
  }

  private static void answer(List<Waiting> batch, List<PlaceOrderOutcome> outcomes) {
    for (int i = 0; i < batch.size(); i++) {
      Promise<Placement> answer = batch.get(i).answer();
      PlaceOrderOutcome outcome =
          i < outcomes.size() ? outcomes.get(i) : PlaceOrderOutcome.getDefaultInstance();
      switch (outcome.getOutcomeCase()) {
        case PLACED -> answer.tryComplete(OrderMessages.placement(outcome.getPlaced()));
        case REFUSED ->
            answer.tryFail(new RefusedException(OrderMessages.refusal(outcome.getRefused())));
        case OUTCOME_NOT_SET ->
            answer.tryFail(new RefusedException(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER)));
      }
    }
  }

  private static void fail(List<Waiting> batch, Throwable cause) {
    batch.forEach(waiting -> waiting.answer().tryFail(cause));
  }

  /** Completes once no order is under way. */
  Future<Void> idle() {
    return batcher.idle();
  }
}
