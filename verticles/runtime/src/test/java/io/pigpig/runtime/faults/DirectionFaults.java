package io.pigpig.runtime.faults;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Random;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong in one direction at the moment, for every connection of one proxy; and what has
 * passed in it. Owned by the proxy's event loop.
 */
final class DirectionFaults {

  /** What happens to a connection whose bytes a trigger has waited for. */
  enum Strike {
    /** The bytes go no further and the connection is closed. */
    CUT,
    /** The bytes are delivered; the connection is closed in place of the first answer to them. */
    CUT_REPLY
  }

  /** Strikes the first connection whose bytes fit, and no other. */
  static final class Trigger {
    final Predicate<Buffer> bytes;
    final Strike strike;
    final Promise<Void> struck = Promise.promise();

    Trigger(Predicate<Buffer> bytes, Strike strike) {
      this.bytes = bytes;
      this.strike = strike;
    }
  }

  /** Closes the connection that carries the last of so many bytes. */
  static final class Allowance {
    final Promise<Void> struck = Promise.promise();
    long bytesLeft;

    Allowance(long bytes) {
      this.bytesLeft = bytes;
    }
  }

  boolean clogged;
  long bytesPerSecond = Long.MAX_VALUE;
  @Nullable Trigger trigger;
  @Nullable Allowance allowance;
  long passedBytes;
  private long latencyNanos;
  private long jitterNanos;
  private RandomGenerator random = new Random(0);

  void delay(Duration latency, Duration jitter, RandomGenerator source) {
    latencyNanos = latency.toNanos();
    jitterNanos = jitter.toNanos();
    random = source;
  }

  /** Where in the jitter a parcel stands that arrives now, from 0 to 1. */
  double luck() {
    return jitterNanos == 0 ? 0 : random.nextDouble();
  }

  /** How long a parcel of this luck is on its way, by what is wrong at the moment. */
  long delayNanos(double luck) {
    return latencyNanos + (long) (luck * jitterNanos);
  }

  boolean isRateLimited() {
    return bytesPerSecond != Long.MAX_VALUE;
  }

  void heal() {
    clogged = false;
    bytesPerSecond = Long.MAX_VALUE;
    delay(Duration.ZERO, Duration.ZERO, random);
    if (trigger != null) {
      trigger.struck.tryFail("healed before it struck");
      trigger = null;
    }
    if (allowance != null) {
      allowance.struck.tryFail("healed before it struck");
      allowance = null;
    }
  }
}
