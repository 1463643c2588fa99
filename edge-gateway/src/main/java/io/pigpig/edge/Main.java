package io.pigpig.edge;

import io.pigpig.edge.cli.CommandLine;
import io.pigpig.edge.cli.UsageException;
import io.pigpig.edge.wiring.ClusterProcess;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.StartupFailure;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** {@code ./edge up}: reads the command line, starts the process, stops it on SIGTERM or Ctrl-C. */
public final class Main {

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (UsageException | SettingsException e) {
      leave(EXIT_USAGE, e);
    } catch (StartupFailure e) {
      leave(EXIT_FAILED, e);
    }
  }

  private static void run(String[] arguments) {
    CommandLine line = CommandLine.parse(arguments, System.getenv(), EdgeSettings.class);
    if (line.help()) {
      System.out.println(CommandLine.help(EdgeSettings.class));
      return;
    }
    EdgeSettings settings = SettingsReader.read(EdgeSettings.class, line.values());
    long beganNanos = Ticker.system().nanos();
    if (settings.process().cluster() > 0) {
      ClusterProcess cluster = new ClusterProcess(settings, line.values());
      if (started(cluster, cluster::start, cluster::isClosing)) {
        System.out.println(Welcome.text(cluster, tookMillis(beganNanos)));
        cluster.awaitClose();
      }
    } else {
      EdgeProcess process = new EdgeProcess(settings);
      if (started(process, process::start, process::isClosing)) {
        System.out.println(Welcome.text(process, settings, tookMillis(beganNanos)));
      }
    }
  }

  private static long tookMillis(long beganNanos) {
    return TimeUnit.NANOSECONDS.toMillis(Ticker.system().nanos() - beganNanos);
  }

  /** False when a signal came before it had started. */
  private static boolean started(AutoCloseable process, Runnable start, BooleanSupplier isClosing) {
    Thread drain = new Thread(() -> stop(process), "drain");
    Runtime.getRuntime().addShutdownHook(drain);
    try {
      start.run();
      return true;
    } catch (RuntimeException e) {
      if (isClosing.getAsBoolean()) {
        return false;
      }
      Runtime.getRuntime().removeShutdownHook(drain);
      throw e;
    }
  }

  /** A signal would leave its own exit status behind; a process that drained has done well. */
  private static void stop(AutoCloseable process) {
    System.out.println("draining ...");
    try {
      process.close();
    } catch (Exception e) {
      System.err.println("edge: " + e.getMessage());
    }
    System.out.println("stopped");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void leave(int status, Exception cause) {
    System.err.println("edge: " + cause.getMessage());
    System.exit(status);
  }
}
