package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.report.RunRecord.Leg;
import java.util.List;
import org.junit.jupiter.api.Test;

class SideTest {

  @Test
  void legsOfOneSideAreItsRounds() {
    List<Side> sides = Side.of(SyntheticRun.of(3, 2));

    assertThat(sides).extracting(Side::name).containsExactly("role all", "bare path");
    assertThat(sides.getLast().rounds()).extracting(Leg::round).containsExactly(1, 2, 3);
  }

  @Test
  void roundInTheMiddleHasTheMedianP99() {
    Side side = Side.of(SyntheticRun.of(5, 2)).getFirst();
    double[] p99 = side.rounds().stream().mapToDouble(leg -> LegFigure.latency(leg, 99)).toArray();

    assertThat(LegFigure.latency(side.medianRound(), 99)).isEqualTo(Median.of(p99));
  }

  @Test
  void costIsDividedByWhatTheLedgerGained() {
    Side side = Side.of(SyntheticRun.of(1, 5)).getLast();
    Leg leg = side.rounds().getFirst();
    long micros =
        leg.cost().totals().cpuMicros().entrySet().stream()
            .filter(entry -> !entry.getKey().equals(Components.GENERATOR))
            .mapToLong(entry -> entry.getValue())
            .sum();

    assertThat(value(side, "cpu")).isEqualTo((double) micros / leg.cost().orders());
    assertThat(value(side, "syscalls")).isNaN();
  }

  @Test
  void componentsAlwaysStandInTheSameOrder() {
    assertThat(Components.inOrder(List.of("redis", "generator", "proxy", "postgres", "order")))
        .containsExactly("order", "postgres", "redis", "proxy", "generator");
  }

  private static double value(Side side, String key) {
    return LegFigure.cost(List.of(side)).stream()
        .filter(figure -> figure.kind().key().equals(key))
        .mapToDouble(figure -> side.values(figure)[0])
        .findFirst()
        .orElseThrow();
  }
}
