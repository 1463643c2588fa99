package io.pigpig.perf;

import io.pigpig.perf.load.LoadMain;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlanJson;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResultJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The load generator in a JVM of its own, which shares nothing with this one but files. */
final class GeneratorProcess implements AutoCloseable {

  static final String HOST = "127.0.0.1";

  /** In every key, after the second in which the load began. */
  static final String RUN = "load";

  /** Any; the same for every run. */
  static final long SEED = 1;

  private static final int END_SECONDS = 10;

  /** The start of its JVM, its connections and its files. */
  private static final Duration MARGIN = Duration.ofSeconds(60);

  /** Recorded arrivals take as long as they took. */
  private static final Duration RECORDED_MAX = Duration.ofHours(24);

  /** Is told of every second. */
  @FunctionalInterface
  interface Progress {
    void over(LoadSecond second, GeneratorProcess generator);
  }

  private final Process process;
  private final Path resultFile;
  private final Duration patience;
  private @Nullable Thread following;
  private volatile @Nullable Exception unheard;

  private GeneratorProcess(Process process, Path resultFile, Duration patience) {
    this.process = process;
    this.resultFile = resultFile;
    this.patience = patience;
  }

  /**
   * @param folder where it finds its plan and leaves its result
   * @param progress gets each second; on a thread of its own
   */
  static GeneratorProcess start(LoadPlan plan, Path folder, Progress progress) throws IOException {
    Path planFile = folder.resolve("plan.json");
    Path resultFile = folder.resolve("result.json");
    Files.writeString(planFile, LoadPlanJson.encode(plan));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmFlags.ofProcess(ProcessHandle.current().pid()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LoadMain.class.getName(), planFile.toString(), resultFile.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    GeneratorProcess generator = new GeneratorProcess(process, resultFile, patience(plan));
    generator.following = Thread.ofVirtual().start(() -> generator.follow(progress));
    return generator;
  }

  private static Duration patience(LoadPlan plan) {
    List<LoadPlan.Phase> phases = plan.pace().phases();
    if (phases.stream().anyMatch(phase -> !phase.replayFile().isEmpty())) {
      return RECORDED_MAX;
    }
    double seconds = phases.stream().mapToDouble(LoadPlan.Phase::seconds).sum();
    long millis = (long) (seconds * 1e3) + plan.bounds().timeoutMillis();
    return MARGIN.plusMillis(millis);
  }

  /** One whom nobody listens to would wait for its pipe for ever. */
  private void follow(Progress progress) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().map(LoadSecond::parse).forEach(second -> progress.over(second, this));
    } catch (IOException | UncheckedIOException e) {
      if (process.isAlive()) {
        giveUp(e);
      }
      // Else it ended with the process; what it has done is in its result.
    } catch (RuntimeException e) {
      giveUp(e);
    }
  }

  private void giveUp(Exception cause) {
    unheard = cause;
    process.destroyForcibly();
  }

  long pid() {
    return process.pid();
  }

  /** Ends the schedule early; what is under way still ends, and {@link #await} has the result. */
  void stop() {
    // Process.destroy() would close the pipe that seconds are told through.
    process.toHandle().destroy();
  }

  /** Throws IOException when it does not end in time, or ends without a result. */
  LoadResult await() throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the generator did not end within " + patience.toSeconds() + " s");
    }
    // What was told is heard before anything is said of the whole.
    if (following != null && !following.join(Duration.ofSeconds(END_SECONDS))) {
      throw new IOException("what the generator said is not read after " + END_SECONDS + " s");
    }
    Exception failed = unheard;
    if (failed != null) {
      throw new IOException("a second of the generator was not understood: " + failed, failed);
    }
    if (process.exitValue() != 0) {
      throw new IOException("the generator ended with " + process.exitValue());
    }
    return LoadResultJson.decode(Files.readString(resultFile));
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Interruption.during(this::awaitEnd);
  }

  private void awaitEnd() throws IOException {
    try {
      process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException again) {
      Thread.currentThread().interrupt();
    }
  }
}
