package io.pigpig.perf.load;

import com.sun.management.OperatingSystemMXBean;
import io.pigpig.perf.load.flow.Generator;
import io.pigpig.perf.load.flow.Loop;
import io.pigpig.perf.load.record.HistoryWriter;
import io.pigpig.perf.load.record.OrderHistory;
import io.pigpig.perf.load.record.RunRecorder;
import io.pigpig.perf.load.record.Second;
import io.pigpig.perf.load.schedule.Schedule;
import io.pigpig.perf.load.wire.Connectors;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A plan on its way to a result. The event loop does the work; the thread that waits for the end
 * adds up and prints what each second brought.
 */
final class LoadRun implements AutoCloseable {

  private static final int START_SECONDS = 30;
  private static final int POLL_MILLIS = 50;
  private static final int SECONDS_MAX = 600;
  private static final long NANOS_PER_MICRO = 1_000;

  private final LoadPlan plan;
  private final Loop loop;
  private final OrderHistory history;
  private final Generator generator;
  private final BlockingQueue<Second> closed = new ArrayBlockingQueue<>(SECONDS_MAX);
  private final Future<Began> began;
  private final Future<Long> endedCpuNanos;

  private record Began(long epochMillis, long cpuNanos) {}

  private LoadRun(LoadPlan plan, InstantSource clock) throws IOException {
    this.plan = plan;
    OrderKeys keys = new OrderKeys(clock.instant().getEpochSecond(), plan.run());
    Schedule schedule = Schedule.of(plan.pace().phases());
    history = history(plan, keys);
    loop = Loop.create();
    generator =
        new Generator(
            plan,
            new Generator.Parts(
                loop, schedule, Connectors.of(plan, keys, loop), history, this::secondClosed));
    // Read on the loop, at these moments.
    began = generator.began().map(now -> new Began(clock.millis(), cpuNanos()));
    endedCpuNanos = generator.ended().map(now -> cpuNanos());
  }

  /** Throws IOException when a file of the plan cannot be read or made. */
  static LoadRun of(LoadPlan plan, InstantSource clock) throws IOException {
    return new LoadRun(plan, clock);
  }

  private static OrderHistory history(LoadPlan plan, OrderKeys keys) throws IOException {
    if (plan.historyFile().isEmpty()) {
      return OrderHistory.none();
    }
    return HistoryWriter.create(
        Path.of(plan.historyFile()), new HistoryFile.Header(keys, plan.requests().skus()));
  }

  private void secondClosed(Second second) {
    if (!closed.offer(second)) {
      throw new IllegalStateException("nobody has taken the last " + SECONDS_MAX + " seconds");
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Makes the code warm that the first requests would else be late by. */
  void rehearse() throws Exception {
    Rehearsal.play(plan, loop);
  }

  /**
   * Returns when every request has ended, or throws what made the run worthless.
   *
   * @param progress gets a line a second
   */
  LoadResult toEnd(PrintStream progress) throws Exception {
    generator.start();
    Began first = began.await(START_SECONDS, TimeUnit.SECONDS);
    RunRecorder recorder = new RunRecorder();
    // Each request has a deadline and the schedule an end, so this loop has one.
    while (!endedCpuNanos.isComplete() || !closed.isEmpty()) {
      Second second = closed.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (second != null) {
        progress.println(recorder.add(second));
      }
    }
    long cpuNanos = endedCpuNanos.await() - first.cpuNanos();
    history.close();
    return recorder.result(first.epochMillis(), cpuNanos / NANOS_PER_MICRO);
  }

  /** Ends the schedule early; from any thread. */
  void stop() {
    generator.stop();
  }

  @Override
  public void close() {
    loop.close();
  }
}
