package io.pigpig.runtime;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, a 12-bit counter
 * (method 1 of section 6.2) and 62 random bits.
 *
 * <p>Ids of one generator ascend strictly: when more than 4096 fall into a millisecond, or the
 * clock steps back, the last millisecond is counted on. Owned by one event loop; not thread-safe.
 */
public final class UuidV7 {

  private static final long COUNTER_MAX = 0xFFF;
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
    if (millis > lastMillis) {
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

  /** The least UUIDv7 of the given millisecond, for ranges over ids. */
  public static UUID leastAt(long epochMillis) {
    return new UUID((epochMillis << 16) | VERSION_7, VARIANT_RFC);
  }

  /** The millisecond in which a UUIDv7 was made. */
  public static long epochMillis(UUID id) {
    return id.getMostSignificantBits() >>> 16;
  }
}
