package io.pigpig.order.rpc;

import io.pigpig.order.OrderService;
import io.pigpig.order.StatusChange;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.rpc.RpcCall;
import io.pigpig.runtime.Pause;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * Follows orders for calls: looks, sends what is new, waits, and looks again, until the order is at
 * its end or nobody waits. Owned by one event loop.
 *
 * @param everyMillis between two looks
 */
record OrderWatches(OrderService orders, Pause pause, long everyMillis) {

  /** Sends the entries after {@code after}, then each as it comes, and ends the call. */
  void begin(RpcCall<WatchOrderResponse> call, UUID orderId, int after) {
    // Before the entries are read: nothing follows those of an order that is at its end by then.
    orders
        .find(orderId, call.principal())
        .onSuccess(order -> new Watch(call, orderId, after).look(order.status().isFinal()))
        .onFailure(call::fail);
  }

  /**
   * One order that is followed. Each look begins anew from a callback: as a chain of futures it
   * would hold on to every look before it, and end in as many frames of the stack.
   */
  private final class Watch {

    private final RpcCall<WatchOrderResponse> call;
    private final UUID orderId;
    private int after;

    Watch(RpcCall<WatchOrderResponse> call, UUID orderId, int after) {
      this.call = call;
      this.orderId = orderId;
      this.after = after;
    }

    /**
     * @param isLast whether nothing follows what is seen now
     */
    void look(boolean isLast) {
      if (!call.isOver()) {
        timeline().onSuccess(changes -> send(changes, isLast)).onFailure(call::fail);
      }
    }

    /** What is thrown in a callback, nobody hears of. */
    private Future<List<StatusChange>> timeline() {
      try {
        return orders.timeline(orderId, call.principal(), after);
      } catch (RuntimeException e) {
        return Future.failedFuture(e);
      }
    }

    private void send(List<StatusChange> changes, boolean isLast) {
      Future<Void> sent = Future.succeededFuture();
      boolean isFinal = isLast;
      for (StatusChange change : changes) {
        sent =
            call.write(
                WatchOrderResponse.newBuilder().setChange(OrderMessages.change(change)).build());
        after = change.sequence();
        isFinal |= change.status().isFinal();
      }
      boolean ends = isFinal;
      sent.onSuccess(nothing -> goOn(ends)).onFailure(call::fail);
    }

    private void goOn(boolean ends) {
      if (ends) {
        call.end();
      } else if (!call.isOver()) {
        pause.millis(everyMillis).onSuccess(waited -> look(false)).onFailure(call::fail);
      }
    }
  }
}
