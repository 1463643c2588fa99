package io.pigpig.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {

  private static final long SECOND = 1_000_000_000L;

  private long now = 5 * SECOND;
  private final RateLimiter limiter = new RateLimiter(() -> now, 10, 3, 100);

  @Test
  void burstIsGrantedAtOnceAndThenTheRate() {
    for (int i = 0; i < 3; i++) {
      assertThat(limiter.tryAcquireNanos("ann")).isZero();
    }
    assertThat(limiter.tryAcquireNanos("ann")).isEqualTo(SECOND / 10);
    now += SECOND / 10 - 1;
    assertThat(limiter.tryAcquireNanos("ann")).isEqualTo(1);
    now += 1;
    assertThat(limiter.tryAcquireNanos("ann")).isZero();
    assertThat(limiter.tryAcquireNanos("ann")).isEqualTo(SECOND / 10);
  }

  @Test
  void refusalTakesNothing() {
    for (int i = 0; i < 1000; i++) {
      limiter.tryAcquireNanos("ann");
    }
    assertThat(limiter.tryAcquireNanos("ann")).isEqualTo(SECOND / 10);
  }

  @Test
  void idleBucketFillsToItsBurstAndNoFurther() {
    assertThat(granted("ann", 5)).isEqualTo(3);
    now += 3600 * SECOND;
    assertThat(granted("ann", 5)).isEqualTo(3);
    now += 2 * SECOND / 10;
    assertThat(granted("ann", 5)).isEqualTo(2);
  }

  @Test
  void keysDoNotShareABucket() {
    assertThat(granted("ann", 5)).isEqualTo(3);
    assertThat(granted("bob", 5)).isEqualTo(3);
  }

  @Test
  void keysAreBoundedAndTheLeastRecentlyUsedGoesFirst() {
    RateLimiter small = new RateLimiter(() -> now, 1, 1, 2);
    assertThat(small.tryAcquireNanos("ann")).isZero();
    assertThat(small.tryAcquireNanos("bob")).isZero();
    assertThat(small.tryAcquireNanos("ann")).isPositive();
    assertThat(small.tryAcquireNanos("cyd")).isZero();
    assertThat(small.tryAcquireNanos("ann")).as("ann was used last").isPositive();
    assertThat(small.tryAcquireNanos("bob")).as("bob was forgotten").isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE - SECOND / 20, Long.MIN_VALUE, -SECOND / 20, 0})
  void tickerMayStartAnywhereAndWrap(long start) {
    now = start;
    RateLimiter wrapping = new RateLimiter(() -> now, 10, 1, 10);
    for (int i = 0; i < 5; i++) {
      assertThat(wrapping.tryAcquireNanos("ann")).isZero();
      assertThat(wrapping.tryAcquireNanos("ann")).isEqualTo(SECOND / 10);
      now += SECOND / 10;
    }
  }

  @Test
  void greatestBurstDoesNotOverflow() {
    RateLimiter wide = new RateLimiter(() -> now, 1, Integer.MAX_VALUE, 1);
    for (int i = 0; i < 10_000; i++) {
      assertThat(wide.tryAcquireNanos("ann")).isZero();
    }
  }

  @Test
  void anyArrivalsStayUnderBurstPlusRateAndAskedWaitIsExact() {
    long seed = RandomGenerator.getDefault().nextLong();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    RateLimiter sevenths = new RateLimiter(() -> now, 7, 4, 1);
    long start = now;
    long granted = 0;
    for (int i = 0; i < 20_000; i++) {
      now += random.nextLong(SECOND / 4);
      long waitNanos = sevenths.tryAcquireNanos("ann");
      if (waitNanos > 0 && random.nextBoolean()) {
        now += waitNanos;
        assertThat(sevenths.tryAcquireNanos("ann")).as("seed %d", seed).isZero();
        waitNanos = 0;
      }
      granted += waitNanos == 0 ? 1 : 0;
      assertThat((double) granted)
          .as("seed %d", seed)
          .isLessThanOrEqualTo(4 + 7.0 * (now - start) / SECOND);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,1,1", "-1,1,1", "1000000001,1,1", "1,0,1", "1,1,0"})
  void limitsBelowOneAreRefused(int ratePerSecond, int burst, int keysMax) {
    assertThatThrownBy(() -> new RateLimiter(() -> now, ratePerSecond, burst, keysMax))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private int granted(String key, int asked) {
    int granted = 0;
    for (int i = 0; i < asked; i++) {
      granted += limiter.tryAcquireNanos(key) == 0 ? 1 : 0;
    }
    return granted;
  }
}
