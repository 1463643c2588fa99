package io.pigpig.perf.load.record;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Adds the closed seconds of a run up to its result. Owned by one thread. */
public final class RunRecorder {

  private final List<Interval> intervals = new ArrayList<>();
  private final Latencies accepted = new Latencies();
  private final Latencies refused = new Latencies();
  private final Latencies lateness = new Latencies();

  /** Takes a second in, and says in a line what was in it. */
  public String add(Second second) {
    Interval interval = second.interval();
    intervals.add(interval);
    accepted.add(second.acceptedLatencies());
    refused.add(second.refusedLatencies());
    lateness.add(second.lateness());
    return String.format(
        Locale.ROOT,
        "second=%d accepted=%d refused=%d failed=%d p99_us=%d",
        interval.second(),
        sum(interval.accepted().values()),
        sum(interval.refused().values()),
        sum(interval.failed().values()),
        interval.acceptedLatency().p99());
  }

  private static long sum(Iterable<Long> counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  public LoadResult result(long beganEpochMillis, long generatorCpuMicros) {
    return new LoadResult(
        beganEpochMillis,
        intervals,
        new Histograms(accepted.encoded(), refused.encoded(), lateness.encoded()),
        generatorCpuMicros);
  }
}
