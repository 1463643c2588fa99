package io.pigpig.perf;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits of the harness's own threads; never used on an event loop. */
public final class Wait {

  private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

  private final Ticker ticker;

  public Wait(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Whether {@code condition} came true before {@code deadline} had passed or somebody interrupted.
   */
  public boolean until(Duration deadline, BooleanSupplier condition) {
    long start = ticker.nanos();
    while (!condition.getAsBoolean()) {
      boolean over = ticker.nanos() - start > deadline.toNanos();
      if (over || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }

  /** For so long, or until somebody interrupts. */
  public void pause(Duration length) {
    long end = ticker.nanos() + length.toNanos();
    long left = length.toNanos();
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(left);
      left = end - ticker.nanos();
    }
  }
}
