package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.pigpig.perf.scenario.Strike;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StrikesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Strike FLUSH =
      new Strike(Duration.ZERO, Strike.What.FLUSH, "", Duration.ZERO);
  private static final Strike STOP =
      new Strike(Duration.ofMillis(200), Strike.What.STOP, "redis", Duration.ofMillis(1));

  private final List<Strike> struck = new CopyOnWriteArrayList<>();

  @Test
  void eachIsDoneAtItsTimeAndOneThatLastsHasAnEnd() throws Exception {
    Instant begin = Instant.now();
    try (Strikes strikes = new Strikes(struck::add, List.of(STOP, FLUSH), PATIENCE)) {
      strikes.begin(begin);
      strikes.begin(begin.minusSeconds(60));
      assertThat(strikes.end())
          .extracting(Strikes.Done::what)
          .containsExactly("FLUSHALL of redis", STOP.toString(), "end of: " + STOP);
      assertThat(struck).containsExactly(FLUSH, STOP);
      assertThat(strikes.end().get(1).at()).isAfterOrEqualTo(begin.plus(STOP.at()));
    }
  }

  @Test
  void whatCannotBeDoneFailsTheRunWhateverIsThrown() throws Exception {
    for (Exception cause :
        List.of(new IOException("no such process"), new IllegalStateException("no such process"))) {
      try (Strikes strikes = new Strikes(strike -> refuse(cause), List.of(FLUSH, STOP), PATIENCE)) {
        strikes.begin(Instant.now());
        assertThatIOException()
            .isThrownBy(strikes::end)
            .withMessage("FLUSHALL of redis failed: no such process")
            .withCause(cause);
      }
    }
  }

  private static void refuse(Exception cause) throws IOException {
    if (cause instanceof IOException io) {
      throw io;
    }
    throw (RuntimeException) cause;
  }

  @Test
  void aLoadThatNobodySawBeginIsNoneThatWasStruck() throws Exception {
    try (Strikes strikes = new Strikes(struck::add, List.of(FLUSH), PATIENCE)) {
      assertThatIOException().isThrownBy(strikes::end).withMessageContaining("the load began");
    }
    try (Strikes none = new Strikes(struck::add, List.of(), PATIENCE)) {
      assertThat(none.end()).isEmpty();
    }
    assertThat(struck).isEmpty();
  }

  @Test
  void oneThatGoesOnAfterTheLoadIsNamed() throws Exception {
    CountDownLatch testOver = new CountDownLatch(1);
    try (Strikes strikes =
        new Strikes(strike -> await(testOver), List.of(FLUSH, STOP), Duration.ofMillis(50))) {
      strikes.begin(Instant.now());
      assertThatIOException()
          .isThrownBy(strikes::end)
          .withMessageContaining("of redis has not ended PT0.05S after the load");
    } finally {
      testOver.countDown();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }
}
