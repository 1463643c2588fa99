package io.pigpig.perf;

import io.pigpig.perf.history.HistoryChecker;
import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Kills parts of a stack under load at seeded moments, lets it recover, and compares what customers
 * were told with what the stack shows once every order has come to its end.
 */
final class Crash implements Scenario {

  private static final Duration SERVING = Duration.ofMinutes(2);
  private static final Duration FLUSH_GOAL = Duration.ofSeconds(5);
  private static final Duration EMBEDDED_GOAL = Duration.ofSeconds(20);
  private static final Duration POSTGRES_GOAL = Duration.ofSeconds(2);
  private static final Duration SPIKE_GOAL = Duration.ofSeconds(3);
  private static final int BEFORE_MILLIS_MIN = 1_500;
  private static final int BEFORE_MILLIS_MAX = 4_000;

  private static String[] flags(Setup setup) {
    return new String[] {
      "--order.payment-window", CrashRig.paymentWindow(setup.options()).toSeconds() + "s",
      "--order.production-delay", "500ms",
      "--saga.step-timeout", "1s",
      "--saga.lease", Striker.SAGA_LEASE.toSeconds() + "s",
      "--saga.retry-max", "2s"
    };
  }

  /** What one fault did in all its rounds. */
  private static final class Tally {
    private int rounds;
    private int reached;
    private double longestSeconds;
    private double longestSinceStore = -1;
    private long failures;
    private long notTaken;
    private double longestFailing;

    private void add(CrashRig.Round round) {
      rounds++;
      reached += round.struck() ? 1 : 0;
      longestSeconds = Math.max(longestSeconds, seconds(round.untilServed()));
      failures += round.failures();
      notTaken += round.notTaken();
      longestFailing = Math.max(longestFailing, seconds(round.failing()));
      if (round.sinceStore() != null) {
        longestSinceStore = Math.max(longestSinceStore, seconds(round.sinceStore()));
      }
    }

    private List<String> row(Fault fault) {
      return List.of(
          fault.toString(),
          Integer.toString(rounds),
          Integer.toString(reached),
          String.format(Locale.ROOT, "%.2f", longestSeconds),
          Long.toString(failures),
          Long.toString(notTaken),
          String.format(Locale.ROOT, "%.2f", longestFailing),
          longestSinceStore < 0 ? "-" : String.format(Locale.ROOT, "%.2f", longestSinceStore));
    }
  }

  @Override
  public String about() {
    return "Is any order lost, doubled or oversold when parts of the stack die under load?";
  }

  @Override
  public Set<String> options() {
    return Set.of(
        "kill",
        "rounds",
        "seed",
        "clients",
        "rate",
        "live-holds",
        "against",
        "port",
        "management-port",
        "grpc-port");
  }

  @Override
  public Report run(Setup setup) throws Exception {
    String name = setup.options().text("kill", "jvm");
    SplittableRandom random = new SplittableRandom(setup.options().seed());
    List<Fault> faults = Fault.named(name, setup.options().number("rounds", 1), random);
    setup.progress("seed " + setup.options().seed());
    if (faults.contains(Fault.FSYNC)) {
      FailingFsync.mustBePossible();
    }
    if (faults.contains(Fault.DISK)) {
      return onSmallDisk(setup, faults, random);
    }
    if (faults.stream().anyMatch(Fault::needsACluster)) {
      return onCluster(setup, faults, random);
    }
    try (TempFolder data = TempFolder.create();
        TempFolder besideData = TempFolder.create();
        StackProcess stack = setup.stack(data.path(), flags(setup))) {
      stack.start();
      if (!faults.contains(Fault.PAUSE)) {
        return rounds(setup, rig(setup, stack), faults, random);
      }
      try (StackProcess paused = setup.beside(stack, besideData.path(), flags(setup))) {
        paused.start();
        return rounds(setup, rig(setup, paused), faults, random);
      }
    }
  }

  private static Report onCluster(Setup setup, List<Fault> faults, SplittableRandom random)
      throws Exception {
    List<String> flags = new ArrayList<>(List.of(flags(setup)));
    flags.addAll(List.of("--cluster", "2", "--gateways", "2"));
    String[] all = flags.toArray(String[]::new);
    if (faults.contains(Fault.UPGRADE)) {
      return onTwoVersions(setup, faults, random, all);
    }
    try (TempFolder data = TempFolder.create();
        StackProcess stack = setup.stack(data.path(), all)) {
      stack.start();
      return rounds(setup, rig(setup, stack), faults, random);
    }
  }

  private static Report onTwoVersions(
      Setup setup, List<Fault> faults, SplittableRandom random, String[] flags) throws Exception {
    String before = setup.options().text("against", "");
    if (before.isEmpty()) {
      throw new WrongCommandException(
          "--kill upgrade needs --against DIR, a checkout of the version before");
    }
    try (TempFolder data = TempFolder.create();
        TempFolder folder = TempFolder.create()) {
      Programs programs = Programs.in(folder.path(), Path.of(before), setup.root());
      try (StackProcess stack =
          setup.from(programs.link()).stack(data.path().resolve("data"), flags)) {
        setup.progress("building " + before);
        stack.build();
        stack.start();
        Striker striker = new Striker(stack, null, programs);
        return rounds(setup, CrashRig.prepare(stack, setup.options(), striker), faults, random);
      }
    }
  }

  private static Report onSmallDisk(Setup setup, List<Fault> faults, SplittableRandom random)
      throws Exception {
    try (SmallDisk disk = SmallDisk.mount();
        StackProcess stack = setup.stack(disk.path().resolve("data"), flags(setup))) {
      stack.start();
      CrashRig rig = CrashRig.prepare(stack, setup.options(), new Striker(stack, disk, null));
      return rounds(setup, rig, faults, random);
    }
  }

  private static CrashRig rig(Setup setup, StackProcess stack) throws Exception {
    return CrashRig.prepare(stack, setup.options(), new Striker(stack, null, null));
  }

  private static Report rounds(
      Setup setup, CrashRig prepared, List<Fault> faults, SplittableRandom random)
      throws Exception {
    try (CrashRig rig = prepared) {
      List<Findings.Bar> bars = new ArrayList<>();
      List<String> violations = new ArrayList<>();
      Map<Fault, Tally> tallies = new LinkedHashMap<>();
      for (Fault fault : faults) {
        Duration before = Duration.ofMillis(random.nextInt(BEFORE_MILLIS_MIN, BEFORE_MILLIS_MAX));
        CrashRig.Round round = rig.round(fault, before, SERVING);
        tallies.computeIfAbsent(fault, first -> new Tally()).add(round);
        String label = (bars.size() + 1) + " " + fault;
        bars.add(new Findings.Bar(label, seconds(round.untilServed())));
        setup.progress(
            label + " of " + faults.size() + said(round) + "; " + rig.acknowledged() + " orders");
        if (!round.struck()) {
          violations.add(fault + ": not reached");
        }
        goalOf(fault, round, violations);
      }
      setup.progress("waiting until every order has come to its end");
      Settlement.Verdict verdict = rig.settleAndCheck();
      violations.addAll(verdict.violations());
      return report(setup, tallies, verdict, bars, violations);
    }
  }

  private static String said(CrashRig.Round round) {
    Duration sinceStore = round.sinceStore();
    return "%s%s: serving again after %.1f s%s"
        .formatted(
            round.struck() ? "" : " (not reached)",
            round.liveHolds() == 0 ? "" : " with " + round.liveHolds() + " live holds",
            seconds(round.untilServed()),
            sinceStore == null ? "" : ", %.2f s after the store".formatted(seconds(sinceStore)));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }

  private static Report report(
      Setup setup,
      Map<Fault, Tally> tallies,
      Settlement.Verdict verdict,
      List<Findings.Bar> bars,
      List<String> violations) {
    HistoryChecker.Verdict orders = verdict.orders();
    Table promises =
        new Table(
            "Promises",
            List.of(
                "faults",
                "acked live",
                "acked when asked again",
                "lost",
                "duplicated",
                "oversold",
                "broken",
                "charge errors"),
            List.of(
                List.of(
                    Integer.toString(tallies.values().stream().mapToInt(t -> t.reached).sum()),
                    Long.toString(verdict.acknowledgedLive()),
                    Long.toString(orders.acknowledged() - verdict.acknowledgedLive()),
                    Long.toString(orders.lost()),
                    Long.toString(orders.duplicated()),
                    Long.toString(orders.oversold()),
                    Long.toString(orders.broken()),
                    Integer.toString(verdict.chargeErrors().size()))));
    Table settled =
        new Table(
            "Orders and holds whose time was over",
            List.of("settled", "longest seconds after it, outages included", "holds by their end"),
            List.of(
                List.of(
                    Long.toString(verdict.lateness().settledAfter()),
                    String.format(Locale.ROOT, "%.2f", seconds(verdict.lateness().longest())),
                    verdict.holds().ends().toString())));
    List<List<String>> rows = new ArrayList<>();
    tallies.forEach((fault, tally) -> rows.add(tally.row(fault)));
    Table faults =
        new Table(
            "Faults under load",
            List.of(
                "fault",
                "rounds",
                "struck",
                "longest seconds to serve again",
                "failed requests",
                "not read, sent again",
                "longest seconds with failures",
                "longest seconds from the store's return to an order"),
            rows);
    return new Findings(
        // Names a file.
        "crash-" + setup.options().text("kill", "jvm").replaceAll("[^A-Za-z0-9.+-]+", "-"),
        setup.where(),
        List.of(promises, settled, faults),
        List.of(new Findings.Bars("Until it served again", "s", bars)),
        violations);
  }

  /**
   * A dead store is back within 20 s, an emptied Redis within 5 s, orders within 2 s after
   * Postgres; a new start has no goal here.
   */
  private static void goalOf(Fault fault, CrashRig.Round round, List<String> violations) {
    Duration serving = round.untilServed();
    Duration sinceStore = round.sinceStore();
    if (fault.endsPostgresUnderTheJvm()
        && sinceStore != null
        && sinceStore.compareTo(POSTGRES_GOAL) > 0) {
      violations.add(fault + ": an order " + sinceStore + " after Postgres, goal " + POSTGRES_GOAL);
    }
    if ((fault.equals(Fault.ROLL) || fault.equals(Fault.UPGRADE)) && round.failures() > 0) {
      violations.add(fault + ": " + round.failures() + " requests failed");
    }
    if (fault.needsACluster() && round.failing().compareTo(SPIKE_GOAL) > 0) {
      violations.add(fault + ": requests failed for " + round.failing() + ", goal " + SPIKE_GOAL);
    }
    Duration goal =
        fault.equals(Fault.FLUSH) ? FLUSH_GOAL : fault.endsTheJvm() ? SERVING : EMBEDDED_GOAL;
    if (!fault.equals(Fault.PAUSE) && serving.compareTo(goal) > 0) {
      violations.add(fault + ": served again after " + serving + ", goal " + goal);
    }
  }
}
