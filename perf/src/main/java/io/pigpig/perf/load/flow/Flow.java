package io.pigpig.perf.load.flow;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.record.Failure;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Every request that is under way: it waits for a connection, is sent, perhaps sent again, and ends
 * once. Owned by the event loop.
 *
 * <p>At most {@code inFlightMax} are under way, those that wait included; one more fails at once. A
 * request that has no answer by its deadline fails, wherever it is.
 */
final class Flow implements Answers {

  private final Loop loop;
  private final Judge judge;
  private final Runnable whenFreed;
  private final Connections connections;
  private final Mix mix;
  private final int inFlightMax;
  private final int retriesMax;
  private final long timeoutNanos;
  private final long retryPauseNanos;
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private final ArrayDeque<Request> paused = new ArrayDeque<>();
  private final ArrayDeque<Request> unused = new ArrayDeque<>();
  private final Deadlines deadlines = new Deadlines();
  private int underWay;
  private long ordersBegun;
  private final long[] questionsBegun;

  /**
   * @param whenFreed when a connection has room that nobody waited for
   */
  Flow(Loop loop, LoadPlan plan, Connector connector, Judge judge, Runnable whenFreed) {
    Bounds bounds = plan.bounds();
    this.loop = loop;
    this.judge = judge;
    this.whenFreed = whenFreed;
    this.connections = new Connections(connector, plan.target().connections(), loop, this);
    this.mix = new Mix(plan.requests().mix(), plan.requests().seed());
    this.questionsBegun = new long[plan.requests().mix().size()];
    this.inFlightMax = bounds.inFlightMax();
    this.retriesMax = bounds.retriesMax();
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(bounds.timeoutMillis());
    this.retryPauseNanos = TimeUnit.MILLISECONDS.toNanos(bounds.retryPauseMillis());
  }

  Connections connections() {
    return connections;
  }

  boolean isIdle() {
    return underWay == 0;
  }

  /** The schedule has a request for this time, which has come. */
  void offer(long intendedNanos, long nowNanos) {
    int index = mix.next();
    Share share = mix.share(index);
    judge.offered(intendedNanos, Request.orders(share));
    if (underWay == inFlightMax) {
      judge.notSent(intendedNanos, Request.orders(share));
      return;
    }
    Request request = begin(share, index, intendedNanos);
    judge.begun(request, nowNanos);
    Place place = waiting.isEmpty() ? connections.take() : null;
    if (place == null) {
      waiting.add(request);
    } else {
      send(request, place);
    }
  }

  /** Sends a request over each connection that has room for one. */
  void fill() {
    while (underWay < inFlightMax && waiting.isEmpty()) {
      Place place = connections.take();
      if (place == null) {
        return;
      }
      long now = loop.nanos();
      int index = mix.next();
      Share share = mix.share(index);
      judge.offered(now, Request.orders(share));
      Request request = begin(share, index, now);
      judge.begun(request, now);
      send(request, place);
    }
  }

  private Request begin(Share share, int index, long intendedNanos) {
    Request request = unused.isEmpty() ? new Request(share) : unused.remove();
    request.begin(share, index, intendedNanos);
    deadlines.add(request);
    underWay++;
    return request;
  }

  private void send(Request request, Place place) {
    if (request.attempts() == 0) {
      number(request, place.recentOrders());
    }
    request.sent(place);
    place.send(request);
  }

  /** Keys are given in the order of sending, so that they are in order of time. */
  private void number(Request request, RecentOrders earlier) {
    switch (request.share().kind()) {
      case REPLAY -> {
        if (!earlier.replay(request.item(0))) {
          request.item(0).begin(++ordersBegun);
        }
      }
      case ORDER, ORDER_BATCH -> {
        for (int i = 0; i < request.size(); i++) {
          request.item(i).begin(++ordersBegun);
        }
      }
      case GET, STOCK_CHECK -> request.item(0).begin(++questionsBegun[request.shareIndex()]);
    }
  }

  @Override
  public void answered(Request request) {
    long now = loop.nanos();
    boolean again = mayBeSentAgain(request, now);
    int kept = 0;
    for (int i = 0; i < request.size(); i++) {
      Item item = request.item(i);
      if (again && !item.isAccepted() && Refusals.isForNow(item.code())) {
        if (Refusals.leavesOpen(item.code())) {
          item.setPerhapsPlaced();
        }
        request.swap(i, kept++);
      } else {
        judge.answered(request, item, now);
      }
    }
    if (kept == 0) {
      end(request);
    } else {
      request.keep(kept);
      judge.retried(kept, now);
      retry(request, now);
    }
  }

  private boolean mayBeSentAgain(Request request, long nowNanos) {
    return request.attempts() <= retriesMax
        && nowNanos + retryPauseNanos - request.intendedNanos() < timeoutNanos;
  }

  private void retry(Request request, long nowNanos) {
    if (retryPauseNanos == 0) {
      request.waits();
      waiting.add(request);
    } else {
      request.pausesUntil(nowNanos + retryPauseNanos);
      paused.add(request);
    }
  }

  @Override
  public void lost(Request request) {
    judge.failed(request, Failure.CONNECTION, loop.nanos());
    end(request);
  }

  private void end(Request request) {
    deadlines.remove(request);
    underWay--;
    unused.add(request);
  }

  @Override
  public void freed() {
    sendWaiting();
    whenFreed.run();
  }

  private void sendWaiting() {
    while (!waiting.isEmpty()) {
      Place place = connections.take();
      if (place == null) {
        return;
      }
      send(waiting.remove(), place);
    }
  }

  /** Ends what is overdue, and sends again what has paused. */
  void tend() {
    long now = loop.nanos();
    for (Request r = deadlines.first(); r != null && isOverdue(r, now); r = deadlines.first()) {
      expire(r, now);
    }
    for (Request r = paused.peek(); r != null && r.resumeNanos() <= now; r = paused.peek()) {
      paused.remove();
      r.waits();
      waiting.add(r);
    }
    sendWaiting();
  }

  private boolean isOverdue(Request request, long nowNanos) {
    return nowNanos - request.intendedNanos() >= timeoutNanos;
  }

  private void expire(Request request, long nowNanos) {
    judge.failed(request, Failure.TIMEOUT, nowNanos);
    switch (request.state()) {
      case WAITING -> waiting.remove(request);
      case PAUSED -> paused.remove(request);
      case SENT -> {
        Place place = request.place();
        if (place != null) {
          place.abandon(request);
        }
      }
    }
    end(request);
  }

  /** When something pauses no longer, or {@code latestNanos} if that is earlier. */
  long nextNanos(long latestNanos) {
    Request first = paused.peek();
    return first == null ? latestNanos : Math.min(first.resumeNanos(), latestNanos);
  }
}
