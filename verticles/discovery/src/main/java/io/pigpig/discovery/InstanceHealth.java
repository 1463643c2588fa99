package io.pigpig.discovery;

import io.pigpig.runtime.Ticker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How one instance has answered of late. Safe from any thread. */
final class InstanceHealth {

  private final BalancerSettings settings;
  private final Ticker ticker;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger timesOut = new AtomicInteger();
  private final AtomicLong outUntilNanos;

  InstanceHealth(BalancerSettings settings, Ticker ticker) {
    this.settings = settings;
    this.ticker = ticker;
    this.outUntilNanos = new AtomicLong(ticker.nanos());
  }

  boolean isLeftOut(long nowNanos) {
    return outUntilNanos.get() - nowNanos > 0;
  }

  void answered() {
    failures.set(0);
    timesOut.set(0);
  }

  /** One more failure; enough of them in a row leave the instance out. */
  void failed() {
    // What fails meanwhile was begun before, and says nothing new.
    if (!isLeftOut(ticker.nanos()) && failures.incrementAndGet() >= settings.failures()) {
      leaveOut();
    }
  }

  /** Leaves the instance out at once. */
  void leaveOut() {
    failures.set(0);
    int times = Math.min(timesOut.incrementAndGet(), settings.leftOutTimesMax());
    outUntilNanos.set(ticker.nanos() + settings.leftOut().toNanos() * times);
  }
}
