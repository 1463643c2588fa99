package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.Books.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutageTest {

  @Test
  void onlyTheTimeBetweenDueAndSettledCounts() {
    assertThat(within(10, 20, outage(0, 12))).isEqualTo(Duration.ofSeconds(2));
    assertThat(within(10, 20, outage(17, 30))).isEqualTo(Duration.ofSeconds(3));
    assertThat(within(10, 20, outage(0, 30))).isEqualTo(Duration.ofSeconds(10));
    assertThat(within(10, 20, outage(0, 10), outage(20, 30))).isZero();
    assertThat(within(10, 20)).isZero();
  }

  @Test
  void timeInTwoOutagesCountsOnce() {
    assertThat(within(10, 20, outage(15, 18), outage(11, 16))).isEqualTo(Duration.ofSeconds(7));
    assertThat(within(10, 20, outage(11, 19), outage(12, 13))).isEqualTo(Duration.ofSeconds(8));
    assertThat(within(10, 20, outage(11, 12), outage(14, 15))).isEqualTo(Duration.ofSeconds(2));
  }

  private static Outage outage(long from, long until) {
    return new Outage(Instant.ofEpochSecond(from), Instant.ofEpochSecond(until));
  }

  private static Duration within(long start, long end, Outage... outages) {
    return Outage.within(
        Instant.ofEpochSecond(start), Instant.ofEpochSecond(end), List.of(outages));
  }
}
