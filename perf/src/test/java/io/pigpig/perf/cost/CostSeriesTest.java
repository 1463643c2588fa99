package io.pigpig.perf.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.report.RunRecord.Cost;
import io.pigpig.perf.report.RunRecord.CostInterval;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CostSeriesTest {

  private static final long BEGAN = 10_000;

  /** Samples 300 ms behind the load's seconds; the first before it began. */
  private static final List<CostSample> SAMPLES =
      List.of(
          sample(9_300, 1_000, 0, 50),
          sample(10_300, 3_000, 10, 60),
          sample(11_300, 7_000, 10, 70),
          sample(12_300, 12_000, 30, 60));

  private static CostSample sample(long at, long cpu, long stopped, long rss) {
    return new CostSample(
        at, Map.of("jvm", cpu, "generator", 9L), Map.of("jvm", rss), Map.of("jvm", stopped));
  }

  @Test
  void aSecondHasWhatWasUsedInMostOfIt() {
    List<CostInterval> intervals = CostSeries.intervals(SAMPLES, BEGAN);

    assertThat(intervals).extracting(CostInterval::second).containsExactly(0, 1);
    assertThat(intervals)
        .extracting(interval -> interval.cpuMicros().get("jvm"))
        .containsExactly(4_000L, 5_000L);
    assertThat(intervals.getLast().rssBytes()).containsEntry("jvm", 60L);
    assertThat(intervals.getLast().gcMicros()).containsEntry("jvm", 20L);
  }

  @Test
  void theWholeIsFromTheFirstSampleToTheLastAndTheGeneratorsIsItsOwn() {
    LoadResult load =
        new LoadResult(BEGAN, List.of(), new LoadResult.Histograms("", "", ""), 4_711);
    StoreCounters stores = new StoreCounters(7, 3, 900, OptionalLong.of(2));

    Cost cost =
        new CostMeter.Measured(SAMPLES, Map.of("jvm", 88L), Map.of("redis", 5L), Set.of("jvm"))
            .cost(load, 40, stores);

    assertThat(cost.orders()).isEqualTo(40);
    assertThat(cost.totals().cpuMicros())
        .containsExactlyInAnyOrderEntriesOf(Map.of("jvm", 11_000L, "generator", 4_711L));
    assertThat(cost.totals().gcMicros()).containsEntry("jvm", 30L);
    assertThat(cost.totals().allocatedBytes()).containsEntry("jvm", 88L);
    assertThat(cost.totals().syscalls()).containsEntry("redis", 5L);
    assertThat(cost.totals().fsyncs()).isEqualTo(3);
    assertThat(cost.totals().walBytes()).isEqualTo(900);
    assertThat(cost.totals().redisScripts()).isEqualTo(2);
  }

  @Test
  void whatOneJvmDidNotSayIsNotMeasuredOfAnyOfThem() {
    LoadResult load =
        new LoadResult(BEGAN, List.of(), new LoadResult.Histograms("", "", ""), 4_711);
    StoreCounters stores = new StoreCounters(7, 3, 900, OptionalLong.empty());

    Cost cost =
        new CostMeter.Measured(SAMPLES, Map.of(), Map.of(), Set.of("jvm", "order"))
            .cost(load, 40, stores);

    assertThat(cost.totals().gcMicros()).isEmpty();
    assertThat(cost.totals().redisScripts()).isNaN();
    assertThat(CostSeries.whole(Map.of("jvm", 1L), Map.of("jvm", 5L), Set.of("jvm", "order")))
        .isEmpty();
    assertThat(CostSeries.whole(Map.of("jvm", 1L), Map.of("jvm", 5L), Set.of("jvm")))
        .containsOnly(Map.entry("jvm", 4L));
  }

  @Test
  void whatWasNotMeasuredForAWhileIsNoBurstAfterwards() {
    assertThat(CostSeries.grown(Map.of(), Map.of("jvm", 900L))).isEmpty();
    assertThat(CostSeries.grown(Map.of("jvm", 900L), Map.of())).isEmpty();
  }

  @Test
  void aProcessThatCannotBeAskedLeavesTheWholeOpenAndKeepsWhatItHad() {
    Map<Long, Long> used = new HashMap<>(Map.of(1L, 500L));
    Cumulative cumulative =
        new Cumulative(
            pid -> used.containsKey(pid) ? OptionalLong.of(used.get(pid)) : OptionalLong.empty());
    assertThat(cumulative.wholeOver(List.of())).isEmpty();
    assertThat(cumulative.wholeOver(List.of(1L))).hasValue(500);
    assertThat(cumulative.wholeOver(List.of(1L, 2L))).isEmpty();
    used.put(2L, 30L);
    assertThat(cumulative.wholeOver(List.of(2L))).hasValue(530);
  }

  @Test
  void aProcessThatEndedGoesOnCountingAndAnotherIsAdded() {
    Map<Long, Long> used = new HashMap<>(Map.of(1L, 500L));
    Cumulative cumulative = Cumulative.of(pid -> used.getOrDefault(pid, 0L));
    assertThat(cumulative.over(List.of(1L))).isEqualTo(500);

    used.remove(1L);
    used.put(2L, 30L);

    assertThat(cumulative.over(List.of(1L))).isEqualTo(500);
    assertThat(cumulative.over(List.of(2L))).isEqualTo(530);
  }

  @Test
  void aStoreThatBeganToCountAnewHasAllThatItCounts() {
    StoreCounters before = new StoreCounters(100, 50, 1_000, OptionalLong.of(10));
    StoreCounters after = new StoreCounters(7, 3, 1_800, OptionalLong.of(25));

    assertThat(after.since(before)).isEqualTo(new StoreCounters(7, 3, 800, OptionalLong.of(15)));
  }
}
