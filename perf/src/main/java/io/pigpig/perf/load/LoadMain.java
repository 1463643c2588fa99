package io.pigpig.perf.load;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The load generator as a program: {@code LoadMain PLAN.json RESULT.json}.
 *
 * <p>Prints a line a second, and writes the result at the end. SIGTERM ends the schedule; what is
 * under way still gets its answer, and the result is that of what was done. Exits 0 with a result,
 * 1 without, 2 on a wrong command or plan.
 */
public final class LoadMain {

  /** Longer than the longest timeout that a plan can have. */
  private static final int STOP_SECONDS = 660;

  private LoadMain() {}

  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("usage: LoadMain PLAN.json RESULT.json");
      System.exit(2);
    }
    LoadPlan plan;
    try {
      plan = LoadPlanJson.decode(Files.readString(Path.of(arguments[0])));
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(arguments[0] + ": " + e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(run(plan, Path.of(arguments[1])));
  }

  private static int run(LoadPlan plan, Path resultFile) {
    CompletableFuture<Integer> status = new CompletableFuture<>();
    try (LoadRun run = LoadRun.of(plan, InstantSource.system())) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(run, status)));
      run.rehearse();
      write(LoadResultJson.write(run.toEnd(System.out)), resultFile);
      status.complete(0);
      return 0;
    } catch (Exception e) {
      System.err.println("no result: " + e);
      return 1;
    } finally {
      // Whatever ended it, the hook waits for no one.
      status.complete(1);
    }
  }

  /** A JVM that is told to end would not wait for the result, nor say 0. */
  private static void stop(LoadRun run, CompletableFuture<Integer> status) {
    run.stop();
    Runtime.getRuntime().halt(status.completeOnTimeout(1, STOP_SECONDS, TimeUnit.SECONDS).join());
  }

  /** Whoever sees the file sees all of it. */
  private static void write(JsonObject json, Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    Path partial = whole.resolveSibling(whole.getFileName() + ".partial");
    Files.writeString(partial, json.encode());
    Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
