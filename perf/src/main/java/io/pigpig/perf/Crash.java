package io.pigpig.perf;

import io.pigpig.perf.history.HistoryChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Kills parts of a stack under load at seeded moments, lets it recover, and compares what customers
 * were told with what the stack shows once every order has come to its end.
 */
final class Crash implements Scenario {

  private static final Duration SERVING = Duration.ofMinutes(2);
  private static final Duration FLUSH_GOAL = Duration.ofSeconds(5);
  private static final Duration EMBEDDED_GOAL = Duration.ofSeconds(20);
  private static final int BEFORE_MILLIS_MIN = 1_500;
  private static final int BEFORE_MILLIS_MAX = 4_000;

  /** Short, so that every order of a run comes to its end within it. */
  private static final String[] FLAGS = {
    "--order.payment-window", CrashRig.PAYMENT_WINDOW.toSeconds() + "s",
    "--order.production-delay", "500ms",
    "--saga.step-timeout", "1s",
    "--saga.lease", CrashRig.SAGA_LEASE.toSeconds() + "s",
    "--saga.retry-max", "2s"
  };

  /** What one fault did in all its rounds. */
  private static final class Tally {
    private int rounds;
    private int reached;
    private double longestSeconds;
  }

  @Override
  public Report run(Setup setup) throws Exception {
    String name = setup.options().text("kill", "jvm");
    SplittableRandom random = new SplittableRandom(setup.options().seed());
    List<Fault> faults = Fault.named(name, setup.options().number("rounds", 1), random);
    setup.progress("seed " + setup.options().seed());
    if (faults.contains(Fault.DISK)) {
      return onSmallDisk(setup, faults, random);
    }
    try (TempFolder data = TempFolder.create();
        TempFolder besideData = TempFolder.create();
        StackProcess stack = setup.stack(data.path(), FLAGS)) {
      stack.start();
      if (!faults.contains(Fault.PAUSE)) {
        return rounds(setup, rig(setup, stack), faults, random);
      }
      try (StackProcess paused = setup.beside(stack, besideData.path(), FLAGS)) {
        paused.start();
        return rounds(setup, rig(setup, paused), faults, random);
      }
    }
  }

  private static Report onSmallDisk(Setup setup, List<Fault> faults, SplittableRandom random)
      throws Exception {
    try (SmallDisk disk = SmallDisk.mount();
        StackProcess stack = setup.stack(disk.path().resolve("data"), FLAGS)) {
      stack.start();
      return rounds(setup, rig(setup, stack).on(disk), faults, random);
    }
  }

  private static CrashRig rig(Setup setup, StackProcess stack) throws Exception {
    return CrashRig.prepare(stack, setup.options());
  }

  private static Report rounds(
      Setup setup, CrashRig prepared, List<Fault> faults, SplittableRandom random)
      throws Exception {
    try (CrashRig rig = prepared) {
      List<Report.Bar> bars = new ArrayList<>();
      List<String> violations = new ArrayList<>();
      Map<Fault, Tally> tallies = new LinkedHashMap<>();
      for (Fault fault : faults) {
        Duration before = Duration.ofMillis(random.nextInt(BEFORE_MILLIS_MIN, BEFORE_MILLIS_MAX));
        CrashRig.Round round = rig.round(fault, before, SERVING);
        double seconds = round.untilServed().toMillis() / 1_000.0;
        Tally tally = tallies.computeIfAbsent(fault, first -> new Tally());
        tally.rounds++;
        tally.reached += round.struck() ? 1 : 0;
        tally.longestSeconds = Math.max(tally.longestSeconds, seconds);
        bars.add(new Report.Bar((bars.size() + 1) + " " + fault, seconds));
        setup.progress(
            "%d/%d %s%s: serving again after %.1f s; %d orders acknowledged"
                .formatted(
                    bars.size(),
                    faults.size(),
                    fault,
                    round.struck() ? "" : " (not reached)",
                    seconds,
                    rig.acknowledged()));
        goalOf(fault, round.untilServed(), violations);
      }
      setup.progress("waiting until every order has come to its end");
      HistoryChecker.Verdict verdict = rig.settleAndCheck();
      verdict.violations().forEach(each -> violations.add(each.toString()));
      violations.addAll(rig.audit());
      return report(setup, tallies, verdict, bars, violations);
    }
  }

  private static Report report(
      Setup setup,
      Map<Fault, Tally> tallies,
      HistoryChecker.Verdict verdict,
      List<Report.Bar> bars,
      List<String> violations) {
    Report.Table promises =
        new Report.Table(
            "Promises",
            List.of("faults", "acked orders", "lost", "duplicated", "oversold", "broken"),
            List.of(
                List.of(
                    Integer.toString(tallies.values().stream().mapToInt(t -> t.reached).sum()),
                    Long.toString(verdict.acknowledged()),
                    Long.toString(verdict.lost()),
                    Long.toString(verdict.duplicated()),
                    Long.toString(verdict.oversold()),
                    Long.toString(verdict.broken()))));
    List<List<String>> rows = new ArrayList<>();
    tallies.forEach(
        (fault, tally) ->
            rows.add(
                List.of(
                    fault.toString(),
                    Integer.toString(tally.rounds),
                    Integer.toString(tally.reached),
                    String.format(Locale.ROOT, "%.2f", tally.longestSeconds))));
    Report.Table faults =
        new Report.Table(
            "Faults under load",
            List.of("fault", "rounds", "struck", "longest seconds to serve again"),
            rows);
    return new Report(
        "crash-" + setup.options().text("kill", "jvm"),
        setup.machine(),
        List.of(promises, faults),
        List.of(new Report.Bars("Until it served again", "s", bars)),
        violations);
  }

  /**
   * A dead store is back within 20 s, an emptied Redis within 5 s; a new start has no goal here.
   */
  private static void goalOf(Fault fault, Duration serving, List<String> violations) {
    Duration goal =
        fault.equals(Fault.FLUSH) ? FLUSH_GOAL : fault.endsTheJvm() ? SERVING : EMBEDDED_GOAL;
    if (!fault.equals(Fault.PAUSE) && serving.compareTo(goal) > 0) {
      violations.add(fault + ": served again after " + serving + ", goal " + goal);
    }
  }
}
