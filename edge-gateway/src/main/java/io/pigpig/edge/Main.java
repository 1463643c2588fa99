package io.pigpig.edge;

import io.pigpig.edge.cli.CommandLine;
import io.pigpig.edge.cli.UsageException;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.StartupFailure;
import java.util.concurrent.TimeUnit;

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
    EdgeProcess process = new EdgeProcess(settings);
    Thread drain = new Thread(() -> stop(process), "drain");
    Runtime.getRuntime().addShutdownHook(drain);
    try {
      process.start();
    } catch (RuntimeException e) {
      if (process.isClosing()) {
        return;
      }
      Runtime.getRuntime().removeShutdownHook(drain);
      throw e;
    }
    long tookMillis = TimeUnit.NANOSECONDS.toMillis(Ticker.system().nanos() - beganNanos);
    System.out.println(Welcome.text(process, settings, tookMillis));
  }

  /** A signal would leave its own exit status behind; a process that drained has done well. */
  private static void stop(EdgeProcess process) {
    System.out.println("draining ...");
    process.close();
    System.out.println("stopped");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void leave(int status, Exception cause) {
    System.err.println("edge: " + cause.getMessage());
    System.exit(status);
  }
}
