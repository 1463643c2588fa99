package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.pigpig.perf.report.RunRecord.Cost;
import io.pigpig.perf.report.RunRecord.CostInterval;
import io.pigpig.perf.report.RunRecord.CostTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuredLegTest {

  private static final Latency NONE = new Latency(0, 0, 0, 0, 0);

  private static Interval second(int number, long orders, long reads, long refused) {
    return new Interval(
        number,
        20,
        Map.of("order", orders, "stock", reads),
        refused == 0 ? Map.of() : Map.of("OUT_OF_STOCK", refused),
        Map.of(),
        0,
        NONE,
        NONE,
        NONE);
  }

  private static MeasuredLeg leg(List<Interval> seconds, long orders) {
    List<CostInterval> cost = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      cost.add(
          new CostInterval(
              i, Map.of(), Map.of("jvm", i < 8 ? 100L : 150L, "generator", 7L), Map.of()));
    }
    CostTotals totals =
        new CostTotals(
            Map.of("jvm", 900L, "postgres", 100L, "generator", 500L),
            Map.of("order", 200_000L, "gateway", 100_000L),
            Map.of("jvm", 20_480L),
            Map.of(),
            10,
            2,
            5_000,
            4);
    LoadResult load = new LoadResult(0, seconds, new Histograms("", "", ""), 500);
    return new MeasuredLeg(
        new RunRecord.Leg("role all", 1, load, new Cost(orders, cost, totals), List.of()));
  }

  private final MeasuredLeg usual =
      leg(
          List.of(second(0, 10, 5, 0), second(1, 0, 5, 9), second(2, 0, 5, 9), second(3, 10, 5, 0)),
          20);

  @Test
  void ordersReadsAndRefusalsStandApart() {
    assertThat(usual.of(Measure.ORDERS)).isEqualTo(5);
    assertThat(usual.of(Measure.PEAK)).isEqualTo(10);
    assertThat(usual.of(Measure.READS)).isEqualTo(5);
    assertThat(usual.of(Measure.REFUSALS)).isEqualTo(4.5);
    assertThat(usual.of(Measure.GAP)).isEqualTo(2);
  }

  @Test
  void costIsThatOfTheServersDividedByDurableOrders() {
    assertThat(usual.of(Measure.CPU)).isEqualTo(50);
    assertThat(usual.of(Measure.CORES)).isEqualTo(6, within(1e-9));
    assertThat(usual.of(Measure.ALLOCATED)).isEqualTo(1_024);
    assertThat(usual.of(Measure.FSYNCS)).isEqualTo(0.1);
    assertThat(usual.of(Measure.WAL)).isEqualTo(250);
    assertThat(usual.of(Measure.REDIS_SCRIPTS)).isEqualTo(0.2);
  }

  @Test
  void aCollectorsShareIsThatOfTheJvmThatWasStoppedLongest() {
    assertThat(usual.of(Measure.GC)).isEqualTo(2);
  }

  @Test
  void memoryGrowsFromTheSecondFifthToTheLast() {
    assertThat(usual.of(Measure.MEMORY_GROWTH)).isEqualTo(1.5);
  }

  @Test
  void whatIsNotKnownIsNoNumber() {
    assertThat(usual.of(Measure.SYSCALLS)).isNaN();
    assertThat(usual.of(Measure.REFUSED_P99)).isNaN();
    assertThat(leg(List.of(second(0, 0, 5, 0)), 0).of(Measure.CPU)).isNaN();
  }
}
