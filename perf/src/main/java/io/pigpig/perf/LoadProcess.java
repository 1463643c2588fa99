package io.pigpig.perf;

import io.pigpig.perf.load.LoadMain;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlanJson;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResultJson;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The load generator in a JVM of its own, with this one's flags. {@link #close} leaves no process
 * behind.
 */
final class LoadProcess implements AutoCloseable {

  private static final int END_SECONDS = 10;
  private static final int LOG_LINES = 20;

  private final Process process;
  private final Path resultFile;
  private final Path log;

  private LoadProcess(Process process, Path resultFile, Path log) {
    this.process = process;
    this.resultFile = resultFile;
    this.log = log;
  }

  /**
   * Begins a run.
   *
   * @param folder for the plan, the result, and what the generator says
   */
  static LoadProcess start(LoadPlan plan, Path folder) throws IOException {
    Path planFile = folder.resolve(plan.run() + ".plan.json");
    Path resultFile = folder.resolve(plan.run() + ".result.json");
    Path log = folder.resolve(plan.run() + ".log");
    Files.writeString(planFile, LoadPlanJson.write(plan).encode());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmFlags.ofProcess(ProcessHandle.current().pid()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LoadMain.class.getName(), planFile.toString(), resultFile.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new LoadProcess(process, resultFile, log);
  }

  /** Waits for the end. Throws IOException with what the generator said when there is no result. */
  LoadResult result(Duration deadline) throws IOException, InterruptedException {
    boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended || process.exitValue() != 0) {
      String how = ended ? "ended with " + process.exitValue() : "has not ended after " + deadline;
      throw new IOException("the load generator " + how + "; it said:\n" + tail());
    }
    return LoadResultJson.read(new JsonObject(Files.readString(resultFile)));
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
