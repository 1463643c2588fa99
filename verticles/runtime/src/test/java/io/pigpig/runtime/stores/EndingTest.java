package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Steps of an end: each is tried, whatever became of the others. */
final class EndingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Set<String> ended = ConcurrentHashMap.newKeySet();

  private Runnable failing(String name) {
    return () -> {
      throw new StartupFailure(name + " cannot be stopped");
    };
  }

  @Test
  void aStepThatFailsLeavesNoOtherOutAndAllFailuresAreTold() {
    Ending ending =
        new Ending()
            .atOnce(List.of(failing("gateway-1"), () -> ended.add("gateway-2")))
            .then(failing("order-1"))
            .then(() -> ended.add("postgres"));
    StartupFailure failure = catchThrowableOfType(StartupFailure.class, ending::done);
    assertThat(failure).hasMessage("gateway-1 cannot be stopped");
    assertThat(failure.getSuppressed())
        .singleElement()
        .extracting(Throwable::getMessage)
        .isEqualTo("order-1 cannot be stopped");
    assertThat(ended).containsExactlyInAnyOrder("gateway-2", "postgres");
  }

  @Test
  void anInterruptionWaitsUntilTheEndIsOver() throws InterruptedException {
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread ending =
        Thread.startVirtualThread(
            () -> {
              new Ending().then(() -> awaited(mayEnd)).then(() -> ended.add("postgres")).done();
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    Eventually.holds("it waits", PATIENCE, () -> ending.getState() == Thread.State.WAITING);
    ending.interrupt();
    assertThat(ended).isEmpty();
    mayEnd.countDown();
    assertThat(ending.join(PATIENCE)).isTrue();
    assertThat(ended).containsExactly("postgres");
    assertThat(interrupted).isTrue();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
