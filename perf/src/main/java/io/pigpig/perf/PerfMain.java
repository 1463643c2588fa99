package io.pigpig.perf;

import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.ReportFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Runs a scenario: {@code ./edge perf SCENARIO [--name value]...}, from any folder. */
public final class PerfMain {

  private static final Map<String, Scenario> SCENARIOS =
      new TreeMap<>(
          Map.of(
              "first-order", new FirstOrder(),
              "oversell", new Oversell(),
              "replay", new Replay(),
              "self-test", new SelfTest(),
              "crash", new Crash(),
              "compare", new Compare()));

  private PerfMain() {}

  /** Exits 0 when every promise held, 1 on a violation or a failed run, 2 on a wrong command. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String[] arguments) {
    Scenario scenario = arguments.length == 0 ? null : SCENARIOS.get(arguments[0]);
    if (scenario == null) {
      System.err.println("usage: ./edge perf SCENARIO [--name value]...; " + SCENARIOS.keySet());
      return 2;
    }
    // Set by the edge script; a run from an IDE stands in the repository.
    Path root = Path.of(System.getProperty("pigpig.root", "")).toAbsolutePath();
    try {
      PerfOptions options = PerfOptions.parse(arguments, 1);
      Instant at = Instant.now();
      Report report = scenario.run(new Scenario.Setup(root, options, Machine.here(root, at)));
      report.tables().forEach(table -> System.out.println(table.text()));
      report.notes().forEach(note -> System.out.println("NOTE " + note));
      report.violations().forEach(violation -> System.out.println("VIOLATION " + violation));
      System.out.println(
          "report: " + ReportFiles.write(report, root.resolve("perf/target/reports"), at));
      return report.ok() ? 0 : 1;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (Exception e) {
      System.err.println(arguments[0] + " could not run: " + e);
      return 1;
    }
  }
}
