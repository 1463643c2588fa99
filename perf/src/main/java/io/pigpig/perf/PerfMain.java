package io.pigpig.perf;

import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.ReportFiles;
import io.pigpig.perf.scenario.ScenarioFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs a scenario: {@code ./edge perf SCENARIO [--name value]...}, from any folder. */
public final class PerfMain {

  /** As long as a stack may take to drain, and its stores to stop. */
  private static final Duration CLEAN_UP_MAX = Duration.ofSeconds(90);

  private static final String LIST = "list";
  private static final int FAILED = 1;
  private static final int WRONG_COMMAND = 2;

  /** A scenario, and what it is told. */
  private record Command(Scenario scenario, PerfOptions options) {

    /** Throws WrongCommandException where there is no such scenario, or option of it. */
    static Command parse(String[] arguments, Map<String, Scenario> scenarios) {
      String name = arguments.length == 0 ? "" : arguments[0];
      Scenario scenario = scenarios.get(name);
      if (scenario == null) {
        throw new WrongCommandException(
            (name.isEmpty() ? "which scenario" : "there is no scenario " + name)
                + "; ./edge perf list shows them");
      }
      return new Command(scenario, PerfOptions.parse(arguments, 1, scenario.options()));
    }

    Report run(Path root, Instant at) throws Exception {
      return scenario.run(new Scenario.Setup(root, options, Machine.here(root, at)));
    }
  }

  private PerfMain() {}

  /** Exits 0 when every promise held, 1 on a violation or a failed run, 2 on a wrong command. */
  public static void main(String[] arguments) throws Exception {
    FutureTask<Integer> run = new FutureTask<>(() -> run(arguments));
    Thread thread = Thread.ofPlatform().name("scenario").unstarted(run);
    // Ctrl-C interrupts the run, which then ends whatever it has started.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(thread)));
    thread.start();
    System.exit(status(run));
  }

  /** An Error ends the run and not the program, which others of its threads would go on in. */
  private static int status(FutureTask<Integer> run) throws InterruptedException {
    try {
      return run.get();
    } catch (ExecutionException e) {
      e.printStackTrace();
      return FAILED;
    }
  }

  private static void interrupt(Thread run) {
    run.interrupt();
    try {
      if (!run.join(CLEAN_UP_MAX)) {
        killAll(ProcessHandle.current());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What did not end in time is not left behind, whatever it is. */
  private static void killAll(ProcessHandle top) {
    // The first began the others, and would start some of them again.
    List<ProcessHandle> left =
        top.descendants()
            .sorted(Comparator.comparing(p -> p.info().startInstant().orElse(Instant.MAX)))
            .toList();
    System.err.println(
        "perf: it did not end in " + CLEAN_UP_MAX.toSeconds() + " s; killing " + left.size());
    left.forEach(ProcessHandle::destroyForcibly);
  }

  static int run(String[] arguments) throws IOException {
    // Set by the edge script; a run from an IDE stands in the repository.
    Path root = Path.of(System.getProperty("pigpig.root", "")).toAbsolutePath();
    return run(arguments, scenarios(root), root);
  }

  static int run(String[] arguments, Map<String, Scenario> scenarios, Path root) {
    try {
      if (arguments.length > 0 && arguments[0].equals(LIST)) {
        return list(scenarios);
      }
      Instant at = Instant.now();
      Report report = Command.parse(arguments, scenarios).run(root, at);
      report.tables().forEach(table -> System.out.println(table.text()));
      report.notes().forEach(note -> System.out.println("NOTE " + note));
      report.violations().forEach(violation -> System.out.println("VIOLATION " + violation));
      System.out.println(
          "report: " + ReportFiles.write(report, root.resolve("perf/target/reports"), at));
      return report.ok() ? 0 : FAILED;
    } catch (WrongCommandException e) {
      System.err.println("perf: " + e.getMessage());
      return WRONG_COMMAND;
    } catch (Exception e) {
      System.err.println("perf: " + String.join(" ", arguments) + why(e));
      if (e instanceof RuntimeException) {
        // Nothing that anybody has foreseen: its place says more than its message.
        e.printStackTrace();
      }
      return FAILED;
    }
  }

  /** Whatever an interruption broke says less than that there was one. */
  private static String why(Exception failure) {
    boolean interrupted = failure instanceof InterruptedException || Thread.interrupted();
    return interrupted
        ? " was interrupted; what it started has ended"
        : " could not run: " + failure;
  }

  private static Map<String, Scenario> scenarios(Path root) throws IOException {
    Map<String, Scenario> scenarios = new TreeMap<>();
    ScenarioFolder folder = new ScenarioFolder(root.resolve("perf/scenarios"));
    for (String name : folder.names()) {
      scenarios.put(name, new LoadScenario(folder, name));
    }
    scenarios.put("oversell", new Oversell());
    scenarios.put("replay", new Replay());
    scenarios.put("self-test", new SelfTest());
    scenarios.put("crash", new Crash());
    scenarios.put("compare", new Compare());
    return scenarios;
  }

  private static int list(Map<String, Scenario> scenarios) throws IOException {
    for (Map.Entry<String, Scenario> entry : scenarios.entrySet()) {
      System.out.printf("%-24s %s%n", entry.getKey(), entry.getValue().about());
    }
    return 0;
  }
}
