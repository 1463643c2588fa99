package io.pigpig.edge;

import io.pigpig.cluster.BusCanary;
import io.pigpig.edge.cli.CommandLine;
import io.pigpig.edge.cli.UsageException;
import io.pigpig.edge.wiring.Choices;
import io.pigpig.edge.wiring.ClusterProcess;
import io.pigpig.edge.wiring.ClusterProcess.Program;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.StartupFailure;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** {@code ./edge up}: reads the command line, starts the process, stops it on SIGTERM or Ctrl-C. */
public final class Main {

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    start(arguments, Choices.ours(), new Program(Main.class.getName(), List.of()));
  }

  /**
   * As {@link #main}, made of other parts.
   *
   * @param program that started this one, and that every process of a cluster is
   */
  public static void start(String[] arguments, Choices choices, Program program) {
    try {
      run(arguments, choices, program);
    } catch (UsageException | SettingsException e) {
      leave(EXIT_USAGE, e);
    } catch (StartupFailure e) {
      leave(EXIT_FAILED, e);
    }
  }

  private static void run(String[] arguments, Choices choices, Program program) {
    CommandLine line = CommandLine.parse(arguments, System.getenv(), EdgeSettings.class);
    if (line.help()) {
      System.out.println(CommandLine.help(EdgeSettings.class));
      return;
    }
    EdgeSettings settings = SettingsReader.read(EdgeSettings.class, line.values());
    if (settings.process().cluster() > 0) {
      runCluster(settings, line, program);
    } else {
      runProcess(settings, choices);
    }
  }

  private static void runCluster(EdgeSettings settings, CommandLine line, Program program) {
    long beganNanos = Ticker.system().nanos();
    ClusterProcess cluster =
        new ClusterProcess(
            settings,
            new ClusterProcess.Start(
                program,
                line.values(),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                System.getenv().getOrDefault(CommandLine.JAVA_OPTIONS, ""),
                ended -> System.out.println(Welcome.goodbye(ended))));
    Thread stop = stopOnSignal(cluster::stop, new AtomicBoolean());
    if (started(cluster::start, cluster::isStopping, stop)) {
      System.out.println(Welcome.text(cluster, tookMillis(beganNanos)));
      cluster.awaitStop();
    }
  }

  private static void runProcess(EdgeSettings settings, Choices choices) {
    long beganNanos = Ticker.system().nanos();
    AtomicBoolean told = new AtomicBoolean();
    EdgeProcess process = new EdgeProcess(settings, () -> leaveDeaf(told), choices);
    Thread stop = stopOnSignal(process::stop, told);
    if (started(process::start, process::isStopping, stop)) {
      System.out.println(Welcome.text(process, settings, tookMillis(beganNanos)));
    }
  }

  private static long tookMillis(long beganNanos) {
    return TimeUnit.NANOSECONDS.toMillis(Ticker.system().nanos() - beganNanos);
  }

  /**
   * @param told whether a signal has come
   */
  private static Thread stopOnSignal(BooleanSupplier stop, AtomicBoolean told) {
    Thread hook = new Thread(() -> stop(stop, told), "drain");
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  /** False when a signal came before it had started. */
  private static boolean started(Runnable start, BooleanSupplier isStopping, Thread hook) {
    try {
      start.run();
      return !isStopping.getAsBoolean();
    } catch (RuntimeException e) {
      if (isStopping.getAsBoolean()) {
        return false;
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      throw e;
    }
  }

  /**
   * A signal would leave its own exit status behind; a process that drained has done well. One that
   * was deaf when the signal came, or becomes so, leaves as it was told.
   */
  private static void stop(BooleanSupplier stop, AtomicBoolean told) {
    told.set(true);
    System.out.println("draining ...");
    boolean drained = stop.getAsBoolean();
    if (drained) {
      System.out.println("stopped");
    } else {
      System.err.println("edge: stopped, and not all of it came to its end; the log says what");
    }
    System.out.flush();
    Runtime.getRuntime().halt(drained ? 0 : EXIT_FAILED);
  }

  /** For whoever supervises this process to start it again. */
  private static void leaveDeaf(AtomicBoolean told) {
    if (!told.get()) {
      System.out.flush();
      Runtime.getRuntime().halt(BusCanary.DEAF_EXIT_CODE);
    }
  }

  private static void leave(int status, Exception cause) {
    System.err.println("edge: " + cause.getMessage());
    System.exit(status);
  }
}
