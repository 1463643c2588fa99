package io.pigpig.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Capped exponential backoff with full jitter: the n-th delay is uniform in (0, min(cap, base *
 * 2^n)]. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 *
 * <p>Owned by one thread.
 */
public final class Backoff {

  private final long baseMillis;
  private final long capMillis;
  private final RandomGenerator random;
  private int failures;

  public Backoff(Duration base, Duration cap, RandomGenerator random) {
    if (base.toMillis() < 1 || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException("backoff from " + base + " to " + cap);
    }
    this.baseMillis = base.toMillis();
    this.capMillis = cap.toMillis();
    this.random = random;
  }

  /** Milliseconds to wait after one more failure; at least 1. */
  public long nextDelayMillis() {
    long delay = delayMillis(baseMillis, capMillis, failures, random);
    failures++;
    return delay;
  }

  /** Milliseconds to wait after {@code failures} failures before this one; at least 1. */
  public static long delayMillis(
      long baseMillis, long capMillis, int failures, RandomGenerator random) {
    long ceiling = Math.min(capMillis, baseMillis << Math.min(failures, 20));
    return random.nextLong(1, ceiling + 1);
  }

  public void reset() {
    failures = 0;
  }
}
