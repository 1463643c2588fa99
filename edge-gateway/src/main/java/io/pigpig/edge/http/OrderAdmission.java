package io.pigpig.edge.http;

import io.pigpig.runtime.Ticker;

/**
 * How many orders one event loop takes on at a time: as many as have their answer within a wait
 * that customers put up with, whatever the stores can do just then.
 *
 * <p>Idea: in an overload an order waits until all are served that were under way when it came. If
 * {@code n} were and it took {@code t}, then {@code n / t} are served a second (Little's law), and
 * {@code n * wait / t} is how many may be under way. A fixed bound instead is a wait of less than a
 * second where stores are quick, and where they are slow one after which every caller has gone. The
 * bound follows orders that took too long, a small step each, and grows by a part of an order with
 * every other: much less while one order waits than would make the next one late.
 *
 * <p>Owned by one event loop; not thread-safe.
 */
final class OrderAdmission {

  /** Enough for two batches of a size at which a larger one saves little. */
  static final int LEAST = 512;

  private static final double STEP = 1.0 / 64;

  private final Ticker ticker;
  private final double waitMaxNanos;
  private final int least;
  private final int most;
  private double bound;
  private int underWay;

  OrderAdmission(Ticker ticker, ServerSettings settings) {
    this.ticker = ticker;
    this.waitMaxNanos = settings.orderWaitMax().toNanos();
    this.most = settings.ordersInFlightMax();
    this.least = Math.min(LEAST, most);
    this.bound = most;
  }

  boolean isFull() {
    return underWay >= (int) bound;
  }

  /** One more is under way. Answers how many are, which {@link #ended} is to be told. */
  int began() {
    return ++underWay;
  }

  void ended(int underWayAtFirst, long beganNanos) {
    underWay--;
    long tookNanos = ticker.nanos() - beganNanos;
    double step =
        tookNanos > waitMaxNanos ? underWayAtFirst * (waitMaxNanos / tookNanos) - bound : 1;
    bound = Math.clamp(bound + step * STEP, least, most);
  }
}
