package io.pigpig.perf.cost;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.report.RunRecord.Cost;
import io.pigpig.perf.report.RunRecord.CostTotals;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Measures what components use from its begin to its end: a sample a second, on a thread of its
 * own.
 *
 * <p>Begun before the load and ended after it. Processor time and collections count from the last
 * sample before the load began: the second or two that a generator needs to start are no part of an
 * order's cost.
 */
public final class CostMeter implements AutoCloseable {

  /** Counting makes each of them a little longer. */
  public enum Syscalls {
    COUNTED,
    NOT_COUNTED
  }

  /** The component that is none of the stack's. */
  public static final String GENERATOR = "generator";

  private static final int STOP_SECONDS = 30;

  /** A sample that is late is not followed by others at once, which would see nothing. */
  private static final long BETWEEN_MILLIS_MIN = 500;

  private final CostSampler sampler;
  private final InstantSource clock;
  private final SyscallCount syscalls;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cost").factory());
  private final List<CostSample> samples = new ArrayList<>();
  private final Map<String, Long> allocatedBefore;
  private final ScheduledFuture<?> sampling;

  private CostMeter(CostSampler sampler, SyscallCount syscalls, InstantSource clock) {
    this.sampler = sampler;
    this.clock = clock;
    this.syscalls = syscalls;
    sampler.attach();
    allocatedBefore = sampler.allocated();
    samples.add(sampler.take());
    sampling = thread.scheduleAtFixedRate(this::sample, 1, 1, TimeUnit.SECONDS);
  }

  private void sample() {
    if (clock.millis() - samples.getLast().epochMillis() >= BETWEEN_MILLIS_MIN) {
      samples.add(sampler.take());
    }
  }

  /** Throws IOException when system calls can be counted and are not. */
  public static CostMeter begin(List<Component> components, Syscalls syscalls, InstantSource clock)
      throws IOException {
    boolean counting = syscalls == Syscalls.COUNTED && SyscallCount.isPossible();
    List<Component> counted = counting ? components : List.of();
    return new CostMeter(new CostSampler(components, clock), SyscallCount.begin(counted), clock);
  }

  /**
   * What was measured, but for what stores count: that comes later, when they have settled.
   *
   * @param jvms components that are JVMs
   */
  public record Measured(
      List<CostSample> samples,
      Map<String, Long> allocated,
      Map<String, Long> syscalls,
      Set<String> jvms) {

    /**
     * As a run's record has it.
     *
     * @param orders durable orders that the ledger has gained
     * @param stores what stores have counted meanwhile
     */
    public Cost cost(LoadResult load, long orders, StoreCounters stores) {
      CostSample first = CostSeries.lastBefore(samples, load.beganEpochMillis());
      Map<String, Long> cpu =
          new HashMap<>(CostSeries.grown(first.cpuMicros(), samples.getLast().cpuMicros()));
      // Without the start of its JVM.
      cpu.put(GENERATOR, load.generatorCpuMicros());
      CostTotals totals =
          new CostTotals(
              cpu,
              CostSeries.whole(first.gcMicros(), samples.getLast().gcMicros(), jvms),
              allocated,
              syscalls,
              stores.commits(),
              stores.fsyncs(),
              stores.walBytes(),
              stores.redisScripts().isPresent() ? stores.redisScripts().getAsLong() : Double.NaN);
      return new Cost(orders, CostSeries.intervals(samples, load.beganEpochMillis()), totals);
    }
  }

  /** Ends it. Throws IOException when a sample failed. */
  public Measured end() throws IOException, InterruptedException {
    Map<String, Long> calls = syscalls.end();
    sampling.cancel(false);
    thread.shutdown();
    if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the last sample does not end");
    }
    if (sampling.state() == Future.State.FAILED) {
      throw new IOException(
          "samples ended with " + sampling.exceptionNow(), sampling.exceptionNow());
    }
    samples.add(sampler.take());
    Map<String, Long> allocated =
        CostSeries.whole(allocatedBefore, sampler.allocated(), sampler.jvms());
    return new Measured(List.copyOf(samples), allocated, calls, sampler.jvms());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    syscalls.close();
    sampler.close();
  }
}
