package io.pigpig.perf.load;

import java.util.List;
import java.util.Map;

/**
 * What a generator saw.
 *
 * <p>Every request of the schedule ends in exactly one of three ways: accepted (2xx, or OK),
 * refused (an answer that says no, by its code), failed (no answer, in time or at all, or not sent
 * because too many were under way). Latencies are microseconds from the <em>intended</em> time of
 * sending.
 *
 * @param beganEpochMillis of the first intended request
 * @param generatorCpuMicros user and system time of the generator meanwhile
 */
public record LoadResult(
    long beganEpochMillis,
    List<Interval> intervals,
    Histograms histograms,
    long generatorCpuMicros) {

  public LoadResult {
    intervals = List.copyOf(intervals);
  }

  /**
   * One second of the schedule, by intended time for {@code offered} and by the answer's time for
   * what came back.
   *
   * @param second since the begin
   * @param offered requests that the schedule has for it
   * @param accepted by the name of their share of the mix
   * @param refused by stable code
   * @param failed by reason: TIMEOUT, CONNECTION, IN_FLIGHT
   * @param retried requests that were sent once more
   * @param lateness of those that were sent, or began to wait for a connection, in this second
   */
  public record Interval(
      int second,
      long offered,
      Map<String, Long> accepted,
      Map<String, Long> refused,
      Map<String, Long> failed,
      long retried,
      Latency acceptedLatency,
      Latency refusedLatency,
      Latency lateness) {
    public Interval {
      accepted = Map.copyOf(accepted);
      refused = Map.copyOf(refused);
      failed = Map.copyOf(failed);
    }
  }

  /** Percentiles in microseconds; all 0 where nothing was counted. */
  public record Latency(long count, long p50, long p99, long p999, long max) {}

  /**
   * The whole run as compressed HdrHistograms (V2, base64), in microseconds.
   *
   * @param lateness from the intended time until the request was sent or, where every connection
   *     was busy, waited for one: what the generator itself was late. Requests that were not sent
   *     because too many were under way are not in it
   */
  public record Histograms(String accepted, String refused, String lateness) {}
}
