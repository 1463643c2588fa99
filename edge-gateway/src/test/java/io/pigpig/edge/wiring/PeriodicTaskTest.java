package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which of the tasks it was that failed, or did not end. */
final class PeriodicTaskTest {

  private final AtomicLong nowNanos = new AtomicLong();
  private final PeriodicTask.On here =
      new PeriodicTask.On(Runnable::run, nowNanos::get, Duration.ofSeconds(60));

  @Test
  void aTaskThatFailsIsNamed() {
    try (LogLines log = new LogLines(PeriodicTask.class)) {
      new PeriodicTask("expiring orders", () -> Future.failedFuture("no connection"), here).run();
      assertThat(log.with(""))
          .containsExactly("WARN expiring orders is tried again later: no connection");
    }
  }

  @Test
  void aTaskThatDoesNotEndIsNamedAndBegunAnew() {
    AtomicInteger begun = new AtomicInteger();
    Promise<Boolean> never = Promise.promise();
    PeriodicTask task =
        new PeriodicTask(
            "relaying events",
            () -> {
              begun.incrementAndGet();
              return never.future();
            },
            here);
    try (LogLines log = new LogLines(PeriodicTask.class)) {
      task.run();
      nowNanos.set(Duration.ofSeconds(60).toNanos());
      task.run();
      assertThat(begun).hasValue(1);
      nowNanos.incrementAndGet();
      task.run();
      assertThat(begun).hasValue(2);
      assertThat(log.with(""))
          .containsExactly("ERROR relaying events did not end in 60 s; it is begun anew");
    }
  }
}
