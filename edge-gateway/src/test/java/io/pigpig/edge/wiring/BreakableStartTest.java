package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.StartupFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One start and one stop, whoever asks for them and when. */
final class BreakableStartTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger stops = new AtomicInteger();
  private final CountDownLatch stopBegan = new CountDownLatch(1);
  private final CountDownLatch stopMayEnd = new CountDownLatch(1);

  private boolean slowStop() {
    stops.incrementAndGet();
    stopBegan.countDown();
    awaited(stopMayEnd);
    return true;
  }

  private static void awaited(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited in vain");
      }
    } catch (InterruptedException e) {
      throw new StartupFailure("interrupted", e);
    }
  }

  private static CompletableFuture<Boolean> stopping(BreakableStart life) {
    return CompletableFuture.supplyAsync(life::stop, Thread::startVirtualThread);
  }

  @Test
  void whoAsksForAStopThatIsUnderWayWaitsForIt() throws Exception {
    BreakableStart life = new BreakableStart(() -> {}, this::slowStop);
    life.start();
    CompletableFuture<Boolean> deaf = stopping(life);
    awaited(stopBegan);
    List<Thread> waiting = new ArrayList<>();
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    waiting.add(Thread.startVirtualThread(() -> told.complete(life.stop())));
    Eventually.holds(
        "the second waits",
        PATIENCE,
        () -> waiting.getFirst().getState() == Thread.State.TIMED_WAITING);
    assertThat(told).isNotDone();
    stopMayEnd.countDown();
    assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(deaf.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(stops).hasValue(1);
  }

  @Test
  void aStartUnderWayIsBrokenOffAndItsStopIsNotInterrupted() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    BreakableStart life =
        new BreakableStart(
            () -> {
              opening.countDown();
              awaited(new CountDownLatch(1));
            },
            () -> {
              boolean ended = slowStop();
              interrupted.set(Thread.interrupted());
              return ended;
            });
    CompletableFuture<Throwable> started = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            life.start();
            started.complete(new AssertionError("it started"));
          } catch (StartupFailure e) {
            started.complete(e);
          }
        });
    awaited(opening);
    CompletableFuture<Boolean> first = stopping(life);
    awaited(stopBegan);
    // The start that was broken off stops now; another signal must not break off that.
    CompletableFuture<Boolean> second = stopping(life);
    assertThat(first).isNotDone();
    stopMayEnd.countDown();
    assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(started.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(StartupFailure.class);
    assertThat(stops).hasValue(1);
    assertThat(interrupted).isFalse();
  }

  @Test
  void afterAStopNothingStarts() {
    BreakableStart life =
        new BreakableStart(
            () -> {
              throw new AssertionError("it started");
            },
            () -> true);
    assertThat(life.stop()).isTrue();
    assertThat(life.isStopping()).isTrue();
    assertThatThrownBy(life::start).hasMessage("stopped before it started");
  }

  @Test
  void aStopThatWentWrongSaysSoToEverybody() {
    BreakableStart life =
        new BreakableStart(
            () -> {},
            () -> {
              throw new IllegalStateException("a bug");
            });
    life.start();
    assertThat(life.stop()).isFalse();
    assertThat(life.stop()).isFalse();
  }
}
