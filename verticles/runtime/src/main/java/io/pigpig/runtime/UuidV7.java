package io.pigpig.runtime;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, a 12-bit counter
 * (method 1 of section 6.2) and 62 random bits.
 *
 * <p>Ids of one generator ascend strictly, also when more than 4096 fall into a millisecond or the
 * clock steps back by up to a second: the last millisecond is counted on then. A clock that steps
 * back further was wrong before and is followed; the random bits keep its ids unique. Owned by one
 * event loop; not thread-safe.
 */
public final class UuidV7 {

  private static final long COUNTER_MAX = 0xFFF;
  private static final long STEP_BACK_MAX_MILLIS = 1_000;
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;

  private final InstantSource clock;
  private final RandomGenerator random;
  private long lastMillis;
  private long counter;

  public UuidV7(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public UUID next() {
    long millis = clock.millis();
    if (millis > lastMillis || lastMillis - millis > STEP_BACK_MAX_MILLIS) {
      lastMillis = millis;
      counter = 0;
    } else if (counter < COUNTER_MAX) {
      counter++;
    } else {
      lastMillis++;
      counter = 0;
    }
    long high = (lastMillis << 16) | VERSION_7 | counter;
    return new UUID(high, (random.nextLong() >>> 2) | VARIANT_RFC);
  }
}
