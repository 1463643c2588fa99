package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a deadline, asking every 20 ms. Test threads only. */
public final class Eventually {

  private static final long POLL_NANOS = 20_000_000;

  private Eventually() {}

  /**
   * Returns once {@code condition} holds.
   *
   * @throws AssertionError naming {@code what} if it does not within {@code patience}
   */
  public static void holds(String what, Duration patience, BooleanSupplier condition) {
    Ticker ticker = Ticker.system();
    long deadlineNanos = ticker.nanos() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (ticker.nanos() - deadlineNanos > 0) {
        throw new AssertionError("not within " + patience.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
