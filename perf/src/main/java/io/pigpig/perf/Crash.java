package io.pigpig.perf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Kills parts of a stack under load at seeded moments, lets it recover, and compares what customers
 * were told with what the stack shows.
 */
final class Crash implements Scenario {

  private static final List<String> FAULTS = List.of("jvm", "postgres", "redis", "all", "flushall");
  private static final Duration SERVING = Duration.ofMinutes(2);
  private static final Duration FLUSH_GOAL = Duration.ofSeconds(5);
  private static final Duration EMBEDDED_GOAL = Duration.ofSeconds(20);
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);
  private static final int BEFORE_MILLIS_MIN = 1_500;
  private static final int BEFORE_MILLIS_MAX = 4_000;

  @Override
  public Report run(Setup setup) throws Exception {
    String fault = setup.options().text("kill", "jvm");
    if (!FAULTS.contains(fault)) {
      throw new IllegalArgumentException("--kill " + fault + "; known: " + FAULTS);
    }
    SplittableRandom random = new SplittableRandom(setup.options().seed());
    setup.progress("seed " + setup.options().seed());
    try (TempFolder data = TempFolder.create();
        StackProcess stack = setup.stack(data.path())) {
      stack.start();
      CrashRig rig = CrashRig.prepare(stack, setup.options());
      try (rig) {
        return rounds(setup, rig, random);
      }
    }
  }

  private static Report rounds(Setup setup, CrashRig rig, SplittableRandom random)
      throws Exception {
    String fault = setup.options().text("kill", "jvm");
    int rounds = setup.options().number("rounds", 1);
    List<Double> secondsToServe = new ArrayList<>();
    List<String> violations = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      Duration before = Duration.ofMillis(random.nextInt(BEFORE_MILLIS_MIN, BEFORE_MILLIS_MAX));
      Duration serving = rig.round(fault, before, SERVING, AFTERWARDS);
      secondsToServe.add(serving.toMillis() / 1_000.0);
      setup.progress(fault + " round " + round + ": serving again after " + serving);
      goalOf(fault, serving, violations);
    }
    HistoryChecker.Verdict verdict = rig.settleAndCheck();
    violations.addAll(verdict.violations());
    violations.addAll(rig.audit());
    double longest = secondsToServe.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    Report.Table table =
        new Report.Table(
            "Faults under load",
            List.of(
                "fault",
                "rounds",
                "acked orders",
                "lost",
                "duplicated",
                "oversold",
                "longest seconds to serve again"),
            List.of(
                List.of(
                    fault,
                    Integer.toString(rounds),
                    Long.toString(verdict.acknowledged()),
                    Long.toString(verdict.lost()),
                    Long.toString(verdict.duplicated()),
                    Long.toString(verdict.oversold()),
                    String.format(Locale.ROOT, "%.2f", longest))));
    List<Report.Bar> bars = new ArrayList<>();
    for (double seconds : secondsToServe) {
      bars.add(new Report.Bar("round " + (bars.size() + 1), seconds));
    }
    return new Report(
        "crash-" + fault,
        setup.machine(),
        List.of(table),
        List.of(new Report.Bars("Until it served again", "s", bars)),
        violations);
  }

  /**
   * A dead store is back within 20 s, an emptied Redis within 5 s; a new start has no goal here.
   */
  private static void goalOf(String fault, Duration serving, List<String> violations) {
    Duration goal =
        switch (fault) {
          case "flushall" -> FLUSH_GOAL;
          case "postgres", "redis" -> EMBEDDED_GOAL;
          default -> SERVING;
        };
    if (serving.compareTo(goal) > 0) {
      violations.add(fault + ": served again after " + serving + ", goal " + goal);
    }
  }
}
