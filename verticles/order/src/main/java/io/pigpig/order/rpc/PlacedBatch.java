package io.pigpig.order.rpc;

import io.pigpig.order.OrderService;
import io.pigpig.order.Placement;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.rpc.RpcCall;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places the orders of a batch side by side, so that they share a group commit, and answers for
 * each of them. Each has a deadline, so that the batch has one.
 */
record PlacedBatch(OrderService orders, Ticker ticker) {

  private static final Logger log = LoggerFactory.getLogger(PlacedBatch.class);

  Future<PlaceOrdersResponse> place(RpcCall<PlaceOrdersResponse> call, PlaceOrdersRequest batch) {
    int count = batch.getOrdersCount();
    if (batch.getBatchId() < 1 || count < 1 || count > OrderContract.BATCH_MAX) {
      throw OrderMessages.invalid(
          "a batch has an id from 1 and 1 to " + OrderContract.BATCH_MAX + " orders");
    }
    long now = ticker.nanos();
    List<Future<PlaceOrderOutcome>> outcomes = new ArrayList<>(count);
    for (OrderToPlace order : batch.getOrdersList()) {
      outcomes.add(outcome(order, now));
    }
    return Future.all(outcomes)
        .map(
            all -> {
              PlaceOrdersResponse.Builder answer =
                  PlaceOrdersResponse.newBuilder().setBatchId(batch.getBatchId());
              outcomes.forEach(outcome -> answer.addOutcomes(outcome.result()));
              return answer.build();
            });
  }

  /**
   * Every order of a batch that is refused as a whole is refused as it is; no more than fit one.
   * Null for a batch without orders, which has no place for a refusal.
   */
  static @Nullable PlaceOrdersResponse refusedWhole(PlaceOrdersRequest batch, Refusal refusal) {
    if (batch.getOrdersCount() == 0) {
      return null;
    }
    PlaceOrdersResponse.Builder answer =
        PlaceOrdersResponse.newBuilder().setBatchId(batch.getBatchId());
    PlaceOrderOutcome outcome = OrderMessages.refused(refusal);
    for (int i = 0; i < Math.min(batch.getOrdersCount(), OrderContract.BATCH_MAX); i++) {
      answer.addOutcomes(outcome);
    }
    return answer.build();
  }

  /** Never fails: what becomes of one order says nothing of the others. */
  private Future<PlaceOrderOutcome> outcome(OrderToPlace order, long nowNanos) {
    Future<Placement> placement;
    try {
      placement = orders.place(OrderMessages.toPlace(order, nowNanos));
    } catch (RuntimeException e) {
      placement = Future.failedFuture(e);
    }
    return placement.map(OrderMessages::placed).otherwise(PlacedBatch::refused);
  }

  private static PlaceOrderOutcome refused(Throwable cause) {
    if (cause instanceof RefusedException refused) {
      return OrderMessages.refused(refused.refusal());
    }
    log.error("an order of a batch failed", cause);
    return OrderMessages.refused(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
  }
}
