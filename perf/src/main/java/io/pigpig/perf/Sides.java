package io.pigpig.perf;

import io.pigpig.perf.scenario.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a scenario loads: A, the stack of this checkout, and perhaps B to compare it with: the stack
 * of another checkout, this one with other flags, or the bare path.
 */
final class Sides implements AutoCloseable {

  private static final int BARE_PORT = 18_070;

  private final Scenario.Setup setup;
  private final ScenarioFile scenario;
  private final Deque<Closing> opened = new ArrayDeque<>();
  private final Map<Standing, Side> all = new EnumMap<>(Standing.class);

  /** The end of something that was opened. */
  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }

  /** What the command line gives a side beside what the scenario does. */
  private record Given(List<String> flags, List<String> jvm) {

    static Given of(PerfOptions options, String side) {
      return new Given(options.words(side + "-flags"), options.words(side + "-jvm"));
    }

    boolean isNothing() {
      return flags.isEmpty() && jvm.isEmpty();
    }

    /** It is the command line's then, whatever the scenario's is. */
    boolean says(String flag) {
      return flags.stream().anyMatch(word -> word.equals(flag) || word.startsWith(flag + "="));
    }

    String after(String name) {
      return isNothing()
          ? name
          : name + " " + String.join(" ", Stream.concat(flags.stream(), jvm.stream()).toList());
    }
  }

  private Sides(Scenario.Setup setup, ScenarioFile scenario) {
    this.setup = setup;
    this.scenario = scenario;
  }

  /** Starts them; none is left when one of them cannot be started. */
  static Sides open(Scenario.Setup setup, ScenarioFile scenario) throws IOException {
    Sides sides = new Sides(setup, scenario);
    try {
      sides.start();
      return sides;
    } catch (IOException | RuntimeException e) {
      try {
        sides.close();
      } catch (IOException | RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Throws WrongCommandException for sides that cannot be, before anything is started. */
  private void check(Given a, Given b, String against) {
    if (!against.isEmpty() && !Files.isExecutable(Path.of(against).resolve("edge"))) {
      throw new WrongCommandException("--against " + against + " is no checkout of this stack");
    }
    if (against.isEmpty() && !b.isNothing() && a.equals(b)) {
      throw new WrongCommandException("A and B have the same flags: " + a.after("both"));
    }
    boolean cluster = scenario.stack().cluster() > 0;
    if (cluster && !(a.jvm().isEmpty() && b.jvm().isEmpty())) {
      throw new WrongCommandException("a cluster has its own JVM flags, not --a-jvm or --b-jvm");
    }
  }

  private void start() throws IOException {
    PerfOptions options = setup.options();
    String against = options.text("against", "");
    Given a = Given.of(options, "a");
    Given b = Given.of(options, "b");
    check(a, b, against);
    StackSide subject = stack(Standing.SUBJECT, kind(), setup.root(), a);
    if (!scenario.switchedBack().isEmpty()) {
      switchedBack();
    }
    if (!against.isEmpty()) {
      Path root = Path.of(against).toAbsolutePath().normalize();
      stack(Standing.OTHER, kind() + " of " + root.getFileName(), root, b);
    } else if (!b.isNothing()) {
      stack(Standing.OTHER, kind(), setup.root(), b);
    } else if (scenario.against() == ScenarioFile.Against.BARE_PATH) {
      setup.progress("starting the bare path");
      BareSide bare = BareSide.start(subject, options.port("bare-port", BARE_PORT));
      opened.push(bare::close);
      all.put(Standing.BARE_PATH, bare);
    }
  }

  private StackSide stack(Standing standing, String name, Path root, Given given)
      throws IOException {
    TempFolder data = TempFolder.create();
    opened.push(data::close);
    StackProcess process =
        new StackProcess(
            setup.from(root).command(data.path(), further(), flags(scenario.stack(), given)));
    if (!root.equals(setup.root())) {
      setup.progress("building " + root);
      process.build();
    }
    StackSide side = started(made(given.after(name), List.of()), process, given);
    all.put(standing, side);
    return side;
  }

  private StackSide.Made made(String name, List<String> switchedBack) {
    return new StackSide.Made(name, scenario.stack(), switchedBack);
  }

  /** A cluster has ports of its processes beside those that it is told. */
  private int further() {
    return (scenario.stack().cluster() > 0 ? 100 : 2) * all.size();
  }

  private String kind() {
    ScenarioFile.Stack shape = scenario.stack();
    return shape.cluster() == 0
        ? "role all"
        : "cluster of " + shape.cluster() + " with " + shape.gateways() + " gateways";
  }

  /** This stack by the program in perf/origins, with the scenario's flags and no others. */
  private void switchedBack() throws IOException {
    TempFolder data = TempFolder.create();
    opened.push(data::close);
    Given nothing = new Given(List.of(), List.of());
    List<String> flags = flags(scenario.stack(), nothing);
    scenario.switchedBack().forEach(name -> flags.addAll(List.of("--origin", name)));
    List<String> names = scenario.switchedBack();
    StackSide.Made made =
        made(kind() + ", " + String.join(" and ", names) + " switched back", names);
    StackProcess process =
        new StackProcess(setup.command(data.path(), further(), flags).by("origins"));
    all.put(Standing.SWITCHED_BACK, started(made, process, nothing));
  }

  private StackSide started(StackSide.Made made, StackProcess process, Given given)
      throws IOException {
    opened.push(process::close);
    setup.progress("starting " + made.name() + " on an empty folder");
    process.start(Stream.concat(made.shape().jvm().stream(), given.jvm().stream()).toList());
    if (!process.isAlive()) {
      throw new IOException(made.name() + " did not become ready" + process.said());
    }
    StackSide side = StackSide.of(made, process, scenario.customers());
    opened.push(side::close);
    return side;
  }

  private static List<String> flags(ScenarioFile.Stack shape, Given given) {
    List<String> flags = new ArrayList<>();
    if (shape.cluster() > 0) {
      flags.addAll(List.of("--cluster", Integer.toString(shape.cluster())));
      flags.addAll(List.of("--gateways", Integer.toString(shape.gateways())));
    }
    shape
        .flags()
        .forEach(
            (setting, value) -> {
              if (!given.says("--" + setting)) {
                flags.addAll(List.of("--" + setting, value));
              }
            });
    flags.addAll(given.flags());
    return flags;
  }

  /** In the order in which they take turns. */
  Map<Standing, Side> all() {
    return Collections.unmodifiableMap(all);
  }

  /** The newest first; one that cannot be closed keeps no other from it. */
  @Override
  public void close() throws IOException {
    List<Exception> failures = new ArrayList<>();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      IOException failure =
          new IOException("not everything could be ended", failures.removeFirst());
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
