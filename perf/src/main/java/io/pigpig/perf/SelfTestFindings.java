package io.pigpig.perf;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.Latencies;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.RunRecord.Where;
import io.pigpig.perf.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** What the generator's own test found, and whether that is good enough to believe it. */
final class SelfTestFindings {

  private static final double SENT_PERCENT_MIN = 99.9;
  private static final long LATE_MICROS_MAX = 5_000;
  private static final long TOLD_MICROS_MIN = 900 * StallingServer.STALL_MILLIS;
  private static final double MICROS_PER_SECOND = 1e6;

  private final List<List<String>> schedules = new ArrayList<>();
  private final List<List<String>> stalls = new ArrayList<>();
  private final List<List<String>> loops = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  /** A server that answers at once was loaded by a schedule of so many seconds. */
  void schedule(int seconds, LoadResult result) {
    long offered = result.intervals().stream().mapToLong(Interval::offered).sum();
    long sent =
        result.intervals().stream()
            .filter(interval -> interval.second() < seconds)
            .mapToLong(interval -> interval.lateness().count())
            .sum();
    double percent = offered == 0 ? 0 : 100.0 * sent / offered;
    Histogram lateness = Latencies.of(result.histograms().lateness());
    long late = lateness.getValueAtPercentile(99);
    schedules.add(
        List.of(
            whole(offered),
            whole(sent),
            decimal(percent),
            whole(lateness.getValueAtPercentile(50)),
            whole(late),
            whole(lateness.getValueAtPercentile(99.9)),
            whole(lateness.getMaxValue()),
            decimal((double) result.generatorCpuMicros() / Math.max(1, sent))));
    if (percent < SENT_PERCENT_MIN) {
      violations.add(
          "sent " + sent + " of " + offered + " within " + seconds + " s, less than 99.9 %");
    }
    if (late > LATE_MICROS_MAX) {
      violations.add("one request in a hundred left " + late + " us late, more than 5 ms");
    }
  }

  /** A server that stalled once was loaded by a schedule, and by those who wait for answers. */
  void stalled(LoadResult open, LoadResult closed) {
    long told = stall("open", open);
    stall("closed", closed);
    if (told < TOLD_MICROS_MIN) {
      violations.add("a stall of 1 s is hidden: the schedule's p99 is " + told + " us");
    }
  }

  /** Adds a row; its p99. */
  private long stall(String mode, LoadResult result) {
    Histogram latencies = Latencies.of(result.histograms().accepted());
    long p99 = latencies.getValueAtPercentile(99);
    stalls.add(
        List.of(
            mode,
            whole(latencies.getTotalCount()),
            whole(latencies.getValueAtPercentile(50)),
            whole(latencies.getValueAtPercentile(90)),
            whole(p99),
            whole(latencies.getMaxValue())));
    return p99;
  }

  /** A server that answers at once was asked as fast as it answers. */
  void closed(String load, int seconds, LoadResult result) {
    long answered = Latencies.of(result.histograms().accepted()).getTotalCount();
    double cpu = (double) result.generatorCpuMicros() / Math.max(1, answered);
    loops.add(
        List.of(
            load,
            whole(answered),
            whole(answered / seconds),
            decimal(cpu),
            whole(Math.round(MICROS_PER_SECOND / Math.max(cpu, 1e-3)))));
    if (answered == 0) {
      violations.add(load + ": nothing was answered");
    }
  }

  Report report(Where where) {
    List<Table> tables =
        List.of(
            new Table(
                "The schedule",
                List.of(
                    "offered",
                    "sent in time",
                    "%",
                    "late us p50",
                    "p99",
                    "p99.9",
                    "max",
                    "CPU us each"),
                schedules),
            new Table(
                "A server that stalls for 1 s",
                List.of("mode", "answers", "latency us p50", "p90", "p99", "max"),
                stalls),
            new Table(
                "As fast as an empty handler answers",
                List.of("load", "answers", "a second", "CPU us each", "a second of one core"),
                loops));
    return new Findings("self-test", where, tables, List.of(), violations);
  }

  private static String whole(long value) {
    return Long.toString(value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
