package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.RunRecord.Where;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SelfTestFindingsTest {

  private static final Where WHERE = new Where("cpu", 2, "kernel", "jdk", "commit", 0);
  private static final Latency NONE = new Latency(0, 0, 0, 0, 0);

  @Test
  void aScheduleThatIsKeptIsNoViolation() {
    assertThat(scheduled(1_000, 100, 10).violations()).isEmpty();
    assertThat(scheduled(999, 100, 4_900).violations()).isEmpty();
  }

  @Test
  void aRequestInAThousandThatDoesNotLeaveInTimeIsOneTooMany() {
    Report report = scheduled(998, 100, 10);
    assertThat(report.ok()).isFalse();
    assertThat(report.violations())
        .containsExactly("sent 998 of 1000 within 1 s, less than 99.9 %");
    assertThat(report.tables().getFirst().text()).contains("998", "99.80");
  }

  @Test
  void oneInAHundredThatIsMoreThanFiveMillisLateIsAViolation() {
    assertThat(scheduled(1_000, 10, 6_000).violations()).isEmpty();
    assertThat(scheduled(1_000, 90, 6_000).violations())
        .singleElement()
        .asString()
        .contains("left 60", "more than 5 ms");
  }

  @Test
  void aStallThatIsNotToldIsAViolation() {
    assertThat(stalled(990_000).violations()).isEmpty();
    assertThat(stalled(20_000).violations())
        .singleElement()
        .asString()
        .startsWith("a stall of 1 s is hidden: the schedule's p99 is 20");
  }

  /** A schedule of a thousand of which so many left in time, and so many of them late. */
  private static Report scheduled(long sent, int late, long lateMicros) {
    Histogram lateness = new Histogram(3);
    lateness.recordValueWithCount(10, sent - late);
    lateness.recordValueWithCount(lateMicros, late);
    Interval inTime = interval(0, 1_000, sent);
    SelfTestFindings findings = new SelfTestFindings();
    findings.schedule(1, result(List.of(inTime, interval(1, 0, 1_000 - sent)), lateness));
    return findings.report(WHERE);
  }

  private static Report stalled(long openMicros) {
    Histogram open = new Histogram(3);
    open.recordValueWithCount(openMicros, 100);
    Histogram closed = new Histogram(3);
    closed.recordValueWithCount(100, 100);
    SelfTestFindings findings = new SelfTestFindings();
    findings.stalled(result(List.of(), open), result(List.of(), closed));
    return findings.report(WHERE);
  }

  private static Interval interval(int second, long offered, long sent) {
    Latency lateness = new Latency(sent, 0, 0, 0, 0);
    return new Interval(second, offered, Map.of(), Map.of(), Map.of(), 0, NONE, NONE, lateness);
  }

  /** All latencies are the same. */
  private static LoadResult result(List<Interval> intervals, Histogram latencies) {
    ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
    int length = latencies.encodeIntoCompressedByteBuffer(bytes);
    String packed = Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    return new LoadResult(0, intervals, new Histograms(packed, "", packed), 1_000);
  }
}
