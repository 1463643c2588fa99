package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClientsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void anInterruptionEndsTheCallsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Callable<Integer> hangs =
        () -> {
          begun.countDown();
          try {
            never.await();
            return 0;
          } finally {
            ended.incrementAndGet();
          }
        };
    FutureTask<List<Integer>> all =
        new FutureTask<>(() -> new Clients(2).all(List.of(hangs, hangs, hangs)));
    Thread scenario = Thread.ofPlatform().daemon().start(all);
    assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    scenario.interrupt();
    assertThat(scenario.join(PATIENCE)).isTrue();
    assertThat(ended).hasValue(2);
  }
}
