package io.pigpig.perf.cost;

import io.pigpig.perf.report.RunRecord.CostInterval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** By component, of those that were measured both times. */
  static Map<String, Long> grown(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> grown = new HashMap<>();
    for (Map.Entry<String, Long> then : before.entrySet()) {
      Long now = after.get(then.getKey());
      if (now != null) {
        grown.put(then.getKey(), Math.max(0, now - then.getValue()));
      }
    }
    return grown;
  }

  /** The same; nothing at all when one component was not: their sum would be too small. */
  static Map<String, Long> whole(
      Map<String, Long> before, Map<String, Long> after, Set<String> components) {
    Map<String, Long> grown = grown(before, after);
    return grown.keySet().containsAll(components) ? grown : Map.of();
  }
}
