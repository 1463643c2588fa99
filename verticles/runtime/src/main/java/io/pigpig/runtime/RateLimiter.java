package io.pigpig.runtime;

import java.util.LinkedHashMap;

/**
 * A token bucket per key: {@code burst} requests at once, {@code ratePerSecond} in the long run.
 *
 * <p>Idea: the generic cell rate algorithm (ITU-T I.371), which is a token bucket kept as one time
 * instead of a count and a time. With the interval {@code T = 1 s / rate}, a bucket holds {@code
 * fullAt}, the time at which it will be full again. At {@code now} it lacks {@code lack = max(0,
 * fullAt - now)} nanoseconds of refill, that is {@code lack / T} tokens. A request needs one whole
 * token, so it is granted if {@code lack <= (burst - 1) * T}, and then moves {@code fullAt} to
 * {@code now + lack + T}; otherwise it waits for the difference. A refused request takes nothing.
 *
 * <p>Cost: one look-up and a few additions; nothing is allocated for a known key. Precision: {@code
 * T} is whole nanoseconds, rounded up, so the true rate is never above the asked one and below it
 * by less than a part in {@code T}.
 *
 * <p>Belongs to one event loop. Holds at most {@code keysMax} keys. The least recently used key
 * goes first and starts with a full bucket if it comes back, so {@code keysMax} should exceed the
 * callers of {@code burst / rate} seconds: then only full buckets are forgotten.
 */
public final class RateLimiter {

  private static final int INITIAL_CAPACITY = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final class Bucket {
    private long fullAtNanos;
  }

  private final Ticker ticker;
  private final long intervalNanos;
  private final long lackNanosMax;
  private final int keysMax;
  private final LinkedHashMap<String, Bucket> buckets =
      new LinkedHashMap<>(INITIAL_CAPACITY, 0.75f, true);

  /**
   * @throws IllegalArgumentException if a number is below 1 or the rate above 1 000 000 000
   */
  public RateLimiter(Ticker ticker, int ratePerSecond, int burst, int keysMax) {
    if (ratePerSecond < 1 || ratePerSecond > NANOS_PER_SECOND) {
      throw new IllegalArgumentException(
          "ratePerSecond must be 1 to " + NANOS_PER_SECOND + ": " + ratePerSecond);
    }
    if (burst < 1 || keysMax < 1) {
      throw new IllegalArgumentException(
          "burst and keysMax must be at least 1: " + burst + ", " + keysMax);
    }
    this.ticker = ticker;
    this.intervalNanos = Math.ceilDiv(NANOS_PER_SECOND, ratePerSecond);
    this.lackNanosMax = (burst - 1) * intervalNanos;
    this.keysMax = keysMax;
  }

  /** 0 if {@code key} may go on now, else the nanoseconds after which it may. */
  public long tryAcquireNanos(String key) {
    long now = ticker.nanos();
    Bucket bucket = buckets.get(key);
    if (bucket == null) {
      bucket = newBucket(key, now);
    }
    // By difference: the ticker may pass from the greatest to the least long.
    long lackNanos = Math.max(0, bucket.fullAtNanos - now);
    if (lackNanos > lackNanosMax) {
      return lackNanos - lackNanosMax;
    }
    bucket.fullAtNanos = now + lackNanos + intervalNanos;
    return 0;
  }

  private Bucket newBucket(String key, long now) {
    Bucket bucket = new Bucket();
    bucket.fullAtNanos = now;
    buckets.put(key, bucket);
    if (buckets.size() > keysMax) {
      buckets.pollFirstEntry();
    }
    return bucket;
  }
}
