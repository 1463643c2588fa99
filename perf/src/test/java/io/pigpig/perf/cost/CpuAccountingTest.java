package io.pigpig.perf.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.Ticker;
import io.pigpig.perf.Wait;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CpuAccountingTest {

  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private final Wait wait = new Wait(Ticker.system());

  @Test
  void busyProcessUsesMore() {
    long self = ProcessHandle.current().pid();
    long before = CpuAccounting.processMicros(self);
    double[] sink = {1};
    assertThat(
            wait.until(
                DEADLINE,
                () -> {
                  for (int i = 0; i < 20_000_000; i++) {
                    sink[0] = Math.sqrt(sink[0] + i);
                  }
                  return CpuAccounting.processMicros(self) - before > 100_000;
                }))
        .as("100 ms of CPU seen, sink %s", sink[0])
        .isTrue();
  }

  @Test
  void childIsCountedWhileItLivesAndAfterItEnded() throws IOException, InterruptedException {
    long self = ProcessHandle.current().pid();
    long endedBefore = CpuAccounting.endedChildrenMicros(self);
    Process child = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      assertThat(wait.until(DEADLINE, () -> CpuAccounting.processMicros(child.pid()) > 100_000))
          .isTrue();
      assertThat(CpuAccounting.treeMicros(self)).isGreaterThan(100_000);
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(CpuAccounting.endedChildrenMicros(self) - endedBefore).isGreaterThan(50_000);
  }

  @Test
  void processThatIsGoneCountsNothing() {
    assertThat(CpuAccounting.processMicros(Integer.MAX_VALUE)).isZero();
  }
}
