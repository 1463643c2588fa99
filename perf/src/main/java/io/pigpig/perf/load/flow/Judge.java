package io.pigpig.perf.load.flow;

import io.pigpig.perf.load.HistoryFile.Outcome;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.record.Failure;
import io.pigpig.perf.load.record.OrderHistory;
import io.pigpig.perf.load.record.Seconds;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes down how each request ended: in its second, and of each order in the history. */
final class Judge {

  private final Seconds seconds;
  private final OrderHistory history;
  private long beginNanos;

  Judge(Seconds seconds, OrderHistory history) {
    this.seconds = seconds;
    this.history = history;
  }

  void begin(long nowNanos) {
    beginNanos = nowNanos;
  }

  void offered(long intendedNanos, int orders) {
    seconds.at(intendedNanos - beginNanos).offered(orders);
  }

  /** A request is sent now, or waits for a connection from now on. */
  void begun(Request request, long nowNanos) {
    seconds.at(nowNanos - beginNanos).late(nowNanos - request.intendedNanos());
  }

  void notSent(long intendedNanos, int orders) {
    seconds.at(intendedNanos - beginNanos).failed(Failure.IN_FLIGHT, orders);
  }

  void retried(int orders, long nowNanos) {
    seconds.at(nowNanos - beginNanos).retried(orders);
  }

  /** An order, or a question, has its final answer. */
  void answered(Request request, Item item, long nowNanos) {
    long latency = nowNanos - request.intendedNanos();
    String code = item.code();
    if (item.isAccepted()) {
      seconds.at(nowNanos - beginNanos).accepted(request.share().name(), latency);
      accepted(request, item, item.orderId());
    } else {
      seconds.at(nowNanos - beginNanos).refused(code, latency);
      boolean settled = !Refusals.isForNow(code) || !item.perhapsPlaced();
      boolean refused = settled && !Refusals.leavesOpen(code);
      ended(request, item, refused ? Outcome.REFUSED : Outcome.UNKNOWN);
    }
  }

  private void accepted(Request request, Item item, @Nullable UUID id) {
    UUID replayed = item.replayed();
    boolean known = replayed != null && replayed.equals(id);
    if (isOrder(request) && !known) {
      history.append(item.number(), Outcome.ACCEPTED, id);
    }
    Place place = request.place();
    if (isOrder(request) && replayed == null && id != null && place != null) {
      place.recentOrders().add(item.number(), id);
    }
  }

  /** No order of a request, or no answer to its question, has come. */
  void failed(Request request, Failure reason, long nowNanos) {
    seconds.at(nowNanos - beginNanos).failed(reason, request.size());
    for (int i = 0; i < request.size() && request.attempts() > 0; i++) {
      Item item = request.item(i);
      boolean open = request.state() == Request.State.SENT || item.perhapsPlaced();
      ended(request, item, open ? Outcome.UNKNOWN : Outcome.REFUSED);
    }
  }

  /** What is said of an order that was accepted before takes nothing back. */
  private void ended(Request request, Item item, Outcome outcome) {
    if (isOrder(request) && item.replayed() == null) {
      history.append(item.number(), outcome, null);
    }
  }

  private static boolean isOrder(Request request) {
    Kind kind = request.share().kind();
    return switch (kind) {
      case ORDER, ORDER_BATCH, REPLAY -> true;
      case GET, STOCK_CHECK -> false;
    };
  }

  /** All arrivals until {@code seenNanos} have been seen. */
  void closeSeconds(long seenNanos) {
    if (seconds.closeBefore(seenNanos - beginNanos)) {
      history.flush();
    }
  }

  /** Nothing happens any more. */
  void end() {
    seconds.closeAll();
    history.flush();
  }
}
