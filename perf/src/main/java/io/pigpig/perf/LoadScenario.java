package io.pigpig.perf;

import io.pigpig.perf.cost.CostMeter;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.RunRecord;
import io.pigpig.perf.report.RunReport;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.ScenarioFile;
import io.pigpig.perf.scenario.ScenarioFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A scenario of {@code perf/scenarios}: every leg on every side, in turn, so often. */
final class LoadScenario implements Scenario {

  private final ScenarioFolder folder;
  private final String name;

  LoadScenario(ScenarioFolder folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  @Override
  public Set<String> options() {
    return Set.of(
        "rounds",
        "seconds",
        "minutes",
        "connections",
        "skus",
        "capacity",
        "against",
        "a-flags",
        "a-jvm",
        "b-flags",
        "b-jvm",
        "syscalls",
        "port",
        "management-port",
        "grpc-port",
        "bare-port");
  }

  @Override
  public String about() throws IOException {
    return read().about();
  }

  private ScenarioFile read() throws IOException {
    try {
      return folder.read(name);
    } catch (IllegalArgumentException e) {
      throw new IOException("the scenario cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Report run(Setup setup) throws Exception {
    ScenarioFile scenario = asked(setup.options());
    CostMeter.Syscalls syscalls =
        setup.options().onOff("syscalls", "on")
            ? CostMeter.Syscalls.COUNTED
            : CostMeter.Syscalls.NOT_COUNTED;
    try (Sides sides = Sides.open(setup, scenario)) {
      double capacity = saturate(setup, scenario, sides);
      LoadFigures figures = new LoadFigures(scenario, capacity, sides.all().keySet());
      for (int round = 1; round <= scenario.rounds(); round++) {
        for (Turn turn : turns(scenario, sides.all(), round)) {
          LegRun.How how = new LegRun.How(turn.leg.pace(capacity, folder.path()), syscalls);
          LegRun.Name named = new LegRun.Name(figures.sideName(turn.side.name(), turn.leg), round);
          LegRun.Outcome outcome = new LegRun(turn.side, turn.leg, how, named).run();
          figures.add(turn.standing, turn.leg, outcome);
        }
      }
      return new RunReport(
          new RunRecord(
              name,
              scenario.about() + " " + command(setup.options()),
              setup.where(),
              figures.legs(),
              figures.figures(),
              figures.violations()),
          figures.references());
    }
  }

  private String command(PerfOptions options) {
    return "(" + ("./edge perf " + name + " " + options).strip() + ")";
  }

  /** The file, with what the command line changes. */
  private ScenarioFile asked(PerfOptions options) throws IOException {
    ScenarioFile scenario = read();
    try {
      ScenarioFile changed = changed(scenario, options);
      // Where a time is longer than a generator works, nothing is started.
      changed.legs().forEach(leg -> leg.pace(1, folder.path()));
      return changed;
    } catch (IllegalArgumentException e) {
      throw WrongCommandException.because(e);
    }
  }

  private static ScenarioFile changed(ScenarioFile file, PerfOptions options) {
    ScenarioFile scenario = file;
    if (options.has("seconds") && options.has("minutes")) {
      throw new WrongCommandException("--seconds or --minutes, not both");
    }
    if (options.has("seconds")) {
      scenario = scenario.lasting(Duration.ofSeconds(options.number("seconds", 1)));
    }
    if (options.has("minutes")) {
      scenario = scenario.lasting(Duration.ofMinutes(options.number("minutes", 1)));
    }
    if (options.has("connections")) {
      scenario = scenario.on(options.number("connections", 1));
    }
    if (options.has("skus")) {
      scenario = scenario.selling(options.number("skus", 1));
    }
    return options.has("rounds") ? scenario.repeated(options.number("rounds", 1)) : scenario;
  }

  /**
   * Makes every side warm; the capacity is that of the subject, for all of them, and NaN where
   * nobody asks for it.
   */
  private static double saturate(Setup setup, ScenarioFile scenario, Sides sides)
      throws IOException, InterruptedException {
    double measured = Double.NaN;
    for (Map.Entry<Standing, Side> side : sides.all().entrySet()) {
      double perSecond = new Saturation(scenario.saturation(), side.getValue()).run();
      measured = side.getKey() == Standing.SUBJECT ? perSecond : measured;
    }
    if (scenario.legs().stream().noneMatch(Leg::needsCapacity)) {
      return measured;
    }
    double capacity =
        setup.options().has("capacity") ? setup.options().number("capacity", 1) : measured;
    if (!(capacity >= 1)) {
      throw new IOException(
          "no order was accepted in the time of saturation.measure, so that there is no capacity"
              + " of which a rate or goodput is a part");
    }
    setup.progress("capacity is %.0f orders/s".formatted(capacity));
    return capacity;
  }

  /** A leg on a side. */
  private record Turn(Standing standing, Side side, Leg leg) {}

  /** The order alternates, so that a machine that slows down slows all of them. */
  private static List<Turn> turns(ScenarioFile scenario, Map<Standing, Side> sides, int round) {
    List<Turn> turns = new ArrayList<>();
    for (Leg leg : scenario.legs()) {
      sides.forEach((standing, side) -> turns.add(new Turn(standing, side, leg)));
    }
    return round % 2 == 1 ? turns : turns.reversed();
  }
}
