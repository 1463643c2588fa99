package io.pigpig.perf;

import io.pigpig.perf.bare.BarePath;
import io.pigpig.perf.store.PostgresSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The reference program in a JVM of its own, and the count of what it made durable. */
final class BareProcess implements AutoCloseable {

  private static final int END_SECONDS = 10;

  /** Longer than it gives itself. */
  private static final int START_SECONDS = 30;

  private final Process process;
  private final String postgresUrl;

  private BareProcess(Process process, String postgresUrl) {
    this.process = process;
    this.postgresUrl = postgresUrl;
  }

  /** Returns when it serves. Throws IOException with what it said when it does not. */
  static BareProcess start(int port, String postgresUrl, List<String> jvmFlags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BarePath.class.getName(), Integer.toString(port), postgresUrl));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BareProcess bare = new BareProcess(process, postgresUrl);
    try {
      bare.awaitServing();
      return bare;
    } catch (IOException e) {
      bare.close();
      throw e;
    }
  }

  /** It says a line then, on a pipe that a thread of its own waits for. */
  private void awaitServing() throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    FutureTask<@Nullable String> line = new FutureTask<>(output::readLine);
    Thread.ofVirtual().name("bare path").start(line);
    try {
      if (line.get(START_SECONDS, TimeUnit.SECONDS) == null) {
        throw new IOException("the bare path ended before it served");
      }
    } catch (TimeoutException e) {
      throw new IOException("the bare path does not serve after " + START_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("the bare path cannot be heard", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the bare path started", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Rows of its table, asked on a connection of its own. */
  long orders() throws IOException {
    try (PostgresSession postgres = PostgresSession.open(postgresUrl)) {
      return postgres.ask("SELECT count(*) FROM bare_orders").iterator().next().getLong(0);
    }
  }

  @Override
  public void close() throws IOException {
    Interruption.during(this::end);
  }

  private void end() {
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
