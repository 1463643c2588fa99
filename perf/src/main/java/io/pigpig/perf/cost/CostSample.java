package io.pigpig.perf.cost;

import java.util.Map;

/**
 * What components had used at a moment, each since it began.
 *
 * @param cpuMicros user and system time by component
 * @param rssBytes resident memory then
 * @param gcMicros stopped by a collector, by JVM component; without those that could not be asked
 */
record CostSample(
    long epochMillis,
    Map<String, Long> cpuMicros,
    Map<String, Long> rssBytes,
    Map<String, Long> gcMicros) {
  CostSample {
    cpuMicros = Map.copyOf(cpuMicros);
    rssBytes = Map.copyOf(rssBytes);
    gcMicros = Map.copyOf(gcMicros);
  }
}
