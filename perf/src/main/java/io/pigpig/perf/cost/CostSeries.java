package io.pigpig.perf.cost;

import io.pigpig.perf.report.RunRecord.CostInterval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Samples as what was used from one to the next. */
final class CostSeries {

  private static final double MILLIS_PER_SECOND = 1_000.0;

  private CostSeries() {}

  /**
   * An interval a sample, at the second of the load in which most of it lies; before the load began
   * there is none.
   */
  static List<CostInterval> intervals(List<CostSample> samples, long beganEpochMillis) {
    List<CostInterval> intervals = new ArrayList<>();
    for (int i = 1; i < samples.size(); i++) {
      CostSample before = samples.get(i - 1);
      CostSample after = samples.get(i);
      long middle = (before.epochMillis() + after.epochMillis()) / 2 - beganEpochMillis;
      if (middle >= 0) {
        intervals.add(
            new CostInterval(
                (int) (middle / MILLIS_PER_SECOND),
                grown(before.cpuMicros(), after.cpuMicros()),
                after.rssBytes(),
                grown(before.gcMicros(), after.gcMicros())));
      }
    }
    return intervals;
  }

  /** The last sample that was taken before a moment, or the first of all. */
  static CostSample lastBefore(List<CostSample> samples, long epochMillis) {
    CostSample last = samples.getFirst();
    for (CostSample sample : samples) {
      last = sample.epochMillis() <= epochMillis ? sample : last;
    }
    return last;
  }

  /** By component; one that was not there before has used all that it has. */
  static Map<String, Long> grown(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> grown = new HashMap<>();
    after.forEach(
        (name, value) -> grown.put(name, Math.max(0, value - before.getOrDefault(name, 0L))));
    return grown;
  }
}
