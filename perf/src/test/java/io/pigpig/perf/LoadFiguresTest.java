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
import io.pigpig.perf.scenario.Leg;
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

  private static final List<Standing> OURS_AND_BARE = List.of(Standing.SUBJECT, Standing.BARE_PATH);

  @TempDir private Path folder;

  private ScenarioFile scenario(String legs) throws Exception {
    return scenario("", legs);
  }

  private ScenarioFile scenario(String more, String legs) throws Exception {
    Files.writeString(
        folder.resolve("x.yaml"),
        "about: Is it?\nsaturation: {measure: 1s}\n" + more + "legs:\n" + legs);
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
            "against: bare-path\n",
            """
              - {name: one, schedule: [{rate: 1, lasts: 1s}], goals: [
                  {figure: orders-ratio, at-least: 0.8}, {figure: cpu-ratio, at-most: 2},
                  {figure: goodput, at-least: 0.9}]}
            """);
    LoadFigures figures = new LoadFigures(scenario, 200, OURS_AND_BARE);
    Leg leg = scenario.legs().getFirst();
    int round = 1;
    for (long orders : new long[] {80, 100, 300}) {
      figures.add(Standing.SUBJECT, leg, outcome("ours", round, orders, 30 * orders));
      long bare = round == 3 ? 1_000 : 200;
      figures.add(Standing.BARE_PATH, leg, outcome("bare", round, bare, 20 * bare));
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
    assertThat(figures.references()).containsOnly(Map.entry("ours", "bare"));
  }

  @Test
  void aRatioIsOfWhatTheScenarioNamesAndNotOfWhatTheCommandLineAdds() throws Exception {
    ScenarioFile scenario =
        scenario(
            "against: bare-path\n",
            """
              - {name: one, schedule: [{rate: 1, lasts: 1s}], goals: [
                  {figure: orders-ratio, at-least: 0.8}]}
            """);
    Leg leg = scenario.legs().getFirst();
    LoadFigures figures = new LoadFigures(scenario, 200, List.of(Standing.SUBJECT, Standing.OTHER));
    figures.add(Standing.SUBJECT, leg, outcome("ours", 1, 100, 1));
    figures.add(Standing.OTHER, leg, outcome("theirs", 1, 100, 1));

    assertThat(value(figures.figures(), "orders-ratio")).isNaN();
    assertThat(figures.figures())
        .filteredOn(figure -> figure.name().equals("orders-ratio"))
        .noneMatch(Figure::measured);
    assertThat(figures.references()).containsOnly(Map.entry("ours", "theirs"));
  }

  @Test
  void whatIsGainedIsGainedOverTheSideThatIsSwitchedBack() throws Exception {
    ScenarioFile scenario =
        scenario(
            "switched-back: [all]\nagainst: bare-path\n",
            """
              - {name: one, schedule: [{rate: 1, lasts: 1s}], goals: [
                  {figure: orders-gained, at-least: 1}, {figure: cpu-saved, at-least: 1},
                  {figure: orders-ratio, at-least: 1}]}
            """);
    Leg leg = scenario.legs().getFirst();
    LoadFigures figures =
        new LoadFigures(
            scenario, 200, List.of(Standing.SUBJECT, Standing.SWITCHED_BACK, Standing.BARE_PATH));
    figures.add(Standing.SUBJECT, leg, outcome("ours", 1, 100, 1_000));
    figures.add(Standing.SWITCHED_BACK, leg, outcome("as it began", 1, 20, 3_000));
    figures.add(Standing.BARE_PATH, leg, outcome("bare", 1, 400, 1));

    assertThat(value(figures.figures(), "orders-gained")).isEqualTo(5);
    assertThat(value(figures.figures(), "cpu-saved")).isEqualTo(15, within(1e-9));
    assertThat(value(figures.figures(), "orders-ratio")).isEqualTo(0.25);
  }

  @Test
  void ofSeveralLegsOnSeveralSidesEachIsComparedWithTheSameLeg() throws Exception {
    ScenarioFile scenario =
        scenario(
            """
              - {name: hot, schedule: [{rate: 1, lasts: 1s}], goals: [
                  {figure: orders-ratio, at-least: 0.9}]}
              - {name: cold, schedule: [{rate: 1, lasts: 1s}]}
            """);
    LoadFigures figures = new LoadFigures(scenario, 200, List.of(Standing.SUBJECT, Standing.OTHER));
    for (Leg leg : scenario.legs()) {
      long orders = leg.name().equals("hot") ? 50 : 100;
      figures.add(Standing.SUBJECT, leg, outcome("ours, " + leg.name(), 1, orders, 1));
      figures.add(Standing.OTHER, leg, outcome("theirs, " + leg.name(), 1, 7 * orders, 1));
    }

    assertThat(value(figures.figures(), "hot: orders")).isEqualTo(50);
    assertThat(value(figures.figures(), "cold: orders")).isEqualTo(100);
    assertThat(value(figures.figures(), "hot: orders-ratio")).isEqualTo(0.5);
    assertThat(figures.references())
        .containsOnly(
            Map.entry("ours, hot", "theirs, hot"), Map.entry("ours, cold", "theirs, cold"));
  }

  @Test
  void everyLegHasItsFiguresAndItsName() throws Exception {
    ScenarioFile scenario =
        scenario(
            """
              - {name: hot, schedule: [{rate: 1, lasts: 1s}]}
              - {name: cold, schedule: [{rate: 1, lasts: 1s}]}
            """);
    LoadFigures figures = new LoadFigures(scenario, 1, List.of(Standing.SUBJECT));
    for (var leg : scenario.legs()) {
      String side = figures.sideName("role all", leg);
      assertThat(side).isEqualTo(leg.name());
      figures.add(Standing.SUBJECT, leg, outcome(side, 1, leg.name().equals("hot") ? 50 : 0, 10));
    }

    assertThat(value(figures.figures(), "hot: orders")).isEqualTo(50);
    assertThat(value(figures.figures(), "cold: orders")).isZero();
    assertThat(figures.violations()).contains("cold, round 1: no order was placed");
    assertThat(figures.references()).containsOnly(Map.entry("hot", "cold"));
    assertThat(
            new LoadFigures(scenario, 1, OURS_AND_BARE)
                .sideName("bare", scenario.legs().getFirst()))
        .isEqualTo("bare, hot");
  }
}
