package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigpig.perf.history.Promise;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.pigpig.perf.report.RunRecord;
import io.pigpig.perf.report.RunRecord.Cost;
import io.pigpig.perf.report.RunRecord.CostTotals;
import io.pigpig.perf.report.RunRecord.Figure;
import io.pigpig.perf.scenario.ScenarioFile;
import io.pigpig.perf.scenario.ScenarioFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFiguresTest {

  private static final Latency NONE = new Latency(0, 0, 0, 0, 0);

  @TempDir private Path folder;

  private ScenarioFile scenario(String legs) throws Exception {
    Files.writeString(
        folder.resolve("x.yaml"), "about: Is it?\nsaturation: {measure: 1s}\nlegs:\n" + legs);
    return new ScenarioFolder(folder).read("x");
  }

  private static LegRun.Outcome outcome(String side, int round, long orders, long cpuMicros) {
    Interval second =
        new Interval(
            0,
            orders + 10,
            Map.of("order", orders),
            Map.of("OUT_OF_STOCK", 10L),
            Map.of(),
            0,
            NONE,
            NONE,
            NONE);
    LoadResult load = new LoadResult(0, List.of(second), new Histograms("", "", ""), 0);
    CostTotals totals =
        new CostTotals(
            Map.of("jvm", cpuMicros, "generator", 1L), Map.of(), Map.of(), Map.of(), 0, 0, 0, 0);
    RunRecord.Leg leg =
        new RunRecord.Leg(side, round, load, new Cost(orders, List.of(), totals), List.of());
    return new LegRun.Outcome(
        leg, new Side.Judged(orders, Map.of(Promise.LOST, 1L), List.of("LOST: one")), List.of());
  }

  private static double value(List<Figure> figures, String name) {
    return figures.stream()
        .filter(figure -> figure.name().equals(name))
        .mapToDouble(Figure::value)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void figuresAreMediansOfTheFirstSideAndRatiosThoseOfRoundsInTurn() throws Exception {
    ScenarioFile scenario =
        scenario(
            """
              - {name: one, schedule: [{rate: 1, lasts: 1s}], goals: [
                  {figure: orders-ratio, at-least: 0.8}, {figure: cpu-ratio, at-most: 2},
                  {figure: goodput, at-least: 0.9}]}
            """);
    LoadFigures figures = new LoadFigures(scenario, 200, 2);
    int round = 1;
    for (long orders : new long[] {80, 100, 300}) {
      figures.add(scenario.legs().getFirst(), outcome("ours", round, orders, 30 * orders));
      long bare = round == 3 ? 1_000 : 200;
      figures.add(scenario.legs().getFirst(), outcome("bare", round, bare, 20 * bare));
      round++;
    }

    List<Figure> all = figures.figures();

    assertThat(value(all, "orders")).isEqualTo(100);
    assertThat(value(all, "refusals")).isEqualTo(10);
    assertThat(value(all, "cpu")).isEqualTo(30);
    assertThat(value(all, "cores")).isEqualTo(3.6, within(1e-9));
    assertThat(value(all, "orders-ratio")).isEqualTo(0.4);
    assertThat(value(all, "cpu-ratio")).isEqualTo(1.5);
    assertThat(value(all, "goodput")).isEqualTo(0.5);
    assertThat(value(all, "capacity")).isEqualTo(200);
    assertThat(value(all, "lost")).isEqualTo(6);
    assertThat(all).filteredOn(figure -> !figure.reached()).hasSize(3);
    assertThat(figures.violations()).hasSize(6).contains("bare, round 2: LOST: one");
    assertThat(figures.legs()).hasSize(6);
  }

  @Test
  void everyLegHasItsFiguresAndItsName() throws Exception {
    ScenarioFile scenario =
        scenario(
            """
              - {name: hot, schedule: [{rate: 1, lasts: 1s}]}
              - {name: cold, schedule: [{rate: 1, lasts: 1s}]}
            """);
    LoadFigures figures = new LoadFigures(scenario, 1, 1);
    for (var leg : scenario.legs()) {
      String side = figures.sideName("role all", leg);
      assertThat(side).isEqualTo(leg.name());
      figures.add(leg, outcome(side, 1, leg.name().equals("hot") ? 50 : 0, 10));
    }

    assertThat(value(figures.figures(), "hot: orders")).isEqualTo(50);
    assertThat(value(figures.figures(), "cold: orders")).isZero();
    assertThat(figures.violations()).contains("cold, round 1: no order was placed");
    assertThat(new LoadFigures(scenario, 1, 2).sideName("bare", scenario.legs().getFirst()))
        .isEqualTo("bare, hot");
  }
}
