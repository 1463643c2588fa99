package io.pigpig.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pauses grow, with jitter, up to their cap. */
final class BackoffTest {

  private static final Duration BASE = Duration.ofMillis(20);
  private static final Duration CAP = Duration.ofMillis(500);

  @Test
  void everyDelayIsBetweenOneAndItsCeiling() {
    long seed = new Random().nextLong();
    Backoff backoff = new Backoff(BASE, CAP, new Random(seed));
    long ceiling = 20;
    for (int failure = 0; failure < 1000; failure++) {
      assertThat(backoff.nextDelayMillis()).as("seed " + seed).isBetween(1L, ceiling);
      ceiling = Math.min(500, ceiling * 2);
    }
  }

  @Test
  void beginsAnewAfterAReset() {
    Backoff backoff = new Backoff(BASE, CAP, new Random(5));
    for (int failure = 0; failure < 10; failure++) {
      backoff.nextDelayMillis();
    }
    backoff.reset();
    assertThat(backoff.nextDelayMillis()).isBetween(1L, 20L);
  }

  @Test
  void boundsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, CAP, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(CAP, BASE, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
