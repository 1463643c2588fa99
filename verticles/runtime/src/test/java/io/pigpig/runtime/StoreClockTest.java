package io.pigpig.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class StoreClockTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void clockIsOurOwnUntilThatOfPostgresWasMeasuredAndThenMovesWithOurs() {
    AtomicReference<Instant> own = new AtomicReference<>(NOON);
    StoreClock clock = new StoreClock(own::get);
    assertThat(clock.instant()).isEqualTo(NOON);

    clock.measured(NOON, NOON.plusSeconds(300), NOON.plusMillis(20));
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(300).minusMillis(10));

    own.set(NOON.plusSeconds(7));
    assertThat(clock.millis()).isEqualTo(NOON.plusSeconds(307).minusMillis(10).toEpochMilli());
  }
}
