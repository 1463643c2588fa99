package io.pigpig.perf;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits of the harness's own threads; never used on an event loop. */
final class Wait {

  private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

  private final Ticker ticker;

  Wait(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Whether {@code condition} came true before {@code deadline} had passed. */
  boolean until(Duration deadline, BooleanSupplier condition) {
    long start = ticker.nanos();
    while (!condition.getAsBoolean()) {
      if (ticker.nanos() - start > deadline.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }

  void pause(Duration length) {
    long end = ticker.nanos() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = end - ticker.nanos()) {
      LockSupport.parkNanos(left);
    }
  }
}
