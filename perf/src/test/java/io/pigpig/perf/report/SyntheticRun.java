package io.pigpig.perf.report;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.pigpig.perf.report.RunRecord.Cost;
import io.pigpig.perf.report.RunRecord.CostInterval;
import io.pigpig.perf.report.RunRecord.CostTotals;
import io.pigpig.perf.report.RunRecord.Figure;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecord.Mark;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.RunRecord.Where;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.HdrHistogram.Histogram;

/**
 * A run that nobody measured, shaped as one that somebody did: two sides in turn, an outage of one
 * of them, a mix of refusals. {@code main} writes its pages, to be looked at.
 */
public final class SyntheticRun {

  private static final int OUTAGE_SECOND = 30;
  private static final int OUTAGE_SECONDS = 3;

  /** How a side behaves; every cost is an order's, in us. */
  record Manner(
      String side, double perSecond, double p50Micros, double outage, Map<String, Double> micros) {}

  private static final Manner ROLE_ALL =
      new Manner(
          "role all",
          9_000,
          2_300,
          1,
          Map.of("jvm", 21.0, "postgres", 17.5, "redis", 4.2, "generator", 9.0));

  private static final Manner BARE =
      new Manner(
          "bare path", 9_000, 1_300, 0, Map.of("jvm", 14.0, "postgres", 7.4, "generator", 8.6));

  private final RandomGenerator random;
  private final int rounds;
  private final int seconds;

  private SyntheticRun(int rounds, int seconds, long seed) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Each side compared with the last one. */
  static RunReport report(RunRecord run) {
    List<String> sides = run.legs().stream().map(Leg::side).distinct().toList();
    Map<String, String> references = new TreeMap<>();
    for (int i = 0; i + 1 < sides.size(); i++) {
      references.put(sides.get(i), sides.getLast());
    }
    return new RunReport(run, references);
  }

  /** Two sides in turn. */
  public static RunRecord of(int rounds, int seconds) {
    return new SyntheticRun(rounds, seconds, 7).run(List.of(ROLE_ALL, BARE));
  }

  /** One side whose orders cost so many times the usual. */
  public static RunRecord slower(double times, long seed) {
    Map<String, Double> micros = new TreeMap<>();
    ROLE_ALL.micros().forEach((name, value) -> micros.put(name, value * times));
    Manner manner = new Manner(ROLE_ALL.side(), 9_000, ROLE_ALL.p50Micros() * times, 1, micros);
    return new SyntheticRun(8, 5, seed).run(List.of(manner));
  }

  /** Three loads of one stack, once each. */
  static RunRecord loads() {
    List<Manner> loads = new ArrayList<>();
    for (double load : new double[] {1.5, 3, 0.7}) {
      loads.add(
          new Manner(
              "load " + Math.round(100 * load) + " %",
              9_000 * load,
              ROLE_ALL.p50Micros() * (1 + load),
              0,
              ROLE_ALL.micros()));
    }
    return new SyntheticRun(1, 30, 11).run(loads);
  }

  /** What a page must stand as well: one round, a late generator, hostile texts, many marks. */
  static RunRecord awkward() {
    RunRecord usual = new SyntheticRun(1, 60, 3).run(List.of(ROLE_ALL));
    Leg leg = usual.legs().getFirst();
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      marks.add(new Mark(12 + 5.5 * i, "kill -9 of <order-" + i + "> & its friends"));
    }
    Histogram late = new Histogram(3);
    late.recordValue(190_000);
    Histograms histograms = new Histograms(leg.load().histograms().accepted(), "", packed(late));
    Map<String, Long> codes = new TreeMap<>();
    for (int i = 0; i < 7; i++) {
      codes.put("CODE_" + i, 40L * (i + 1));
    }
    List<Interval> intervals = new ArrayList<>();
    Latency none = new Latency(0, 0, 0, 0, 0);
    for (Interval i : leg.load().intervals()) {
      intervals.add(
          i.second() >= OUTAGE_SECOND && i.second() < OUTAGE_SECOND + OUTAGE_SECONDS
              ? new Interval(
                  i.second(), i.offered(), Map.of(), codes, Map.of(), 0, none, none, none)
              : i);
    }
    Leg broken =
        new Leg(
            "cluster of 2 <order>",
            1,
            new LoadResult(leg.load().beganEpochMillis(), intervals, histograms, 0),
            leg.cost(),
            marks);
    return new RunRecord(
        "awkward",
        "",
        usual.where(),
        List.of(broken),
        List.of(),
        List.of("LOST: order <7> \u0000 & \"more\"", "OVERSOLD: TEE-1 by 3"));
  }

  private RunRecord run(List<Manner> manners) {
    List<Leg> legs = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (Manner manner : round % 2 == 1 ? manners : manners.reversed()) {
        legs.add(leg(manner, round));
      }
    }
    return new RunRecord(
        "peak-with-outage",
        "Open loop at 70 % of capacity for a minute, with Redis killed in the middle: how far does"
            + " an outage of the gate reach, and what does an order cost?",
        new Where("AMD EPYC <9R14>", 2, "6.18.5", "25.0.3+9-LTS", "8a40de0", 1_767_225_600_000L),
        legs,
        List.of(
            new Figure("CPU an order to the bare path's", 1.97, "", Sense.AT_MOST, 1.25),
            new Figure("p50", 2_310, "us", Sense.AT_MOST, 5_000),
            new Figure("p99", 14.8, "ms", Sense.AT_MOST, 20),
            new Figure("goodput at the outage's end", 0.94, "", Sense.AT_LEAST, 0.9),
            new Figure("first order after the kill", 0.52, "s", Sense.AT_MOST, Double.NaN)),
        List.of());
  }

  private Leg leg(Manner manner, int round) {
    double noise = 1 + 0.03 * random.nextGaussian();
    Histogram accepted = new Histogram(3);
    Histogram refused = new Histogram(3);
    Histogram late = new Histogram(3);
    List<Interval> intervals = new ArrayList<>();
    List<CostInterval> costs = new ArrayList<>();
    long orders = 0;
    for (int second = 0; second < seconds; second++) {
      Interval interval =
          interval(manner, second, noise, new Histogram[] {accepted, refused, late});
      intervals.add(interval);
      long done = interval.accepted().getOrDefault("order", 0L);
      costs.add(cost(manner, second, done, noise));
      orders += done;
    }
    Histograms histograms = new Histograms(packed(accepted), packed(refused), packed(late));
    long generator = Math.round(orders * manner.micros().getOrDefault("generator", 0.0));
    List<Mark> marks =
        manner.outage() > 0
            ? List.of(
                new Mark(OUTAGE_SECOND + 0.2, "kill -9 of redis"),
                new Mark(OUTAGE_SECOND + 2.9, "redis serves again"))
            : List.of();
    return new Leg(
        manner.side(),
        round,
        new LoadResult(1_767_225_600_000L + 70_000L * round, intervals, histograms, generator),
        new Cost(orders, costs, totals(manner, orders, noise, costs)),
        marks);
  }

  private Interval interval(Manner manner, int second, double noise, Histogram[] all) {
    boolean outage =
        manner.outage() > 0 && second >= OUTAGE_SECOND && second < OUTAGE_SECOND + OUTAGE_SECONDS;
    boolean after = manner.outage() > 0 && second >= OUTAGE_SECOND + OUTAGE_SECONDS;
    double recovering = after ? Math.exp(-(second - OUTAGE_SECOND - OUTAGE_SECONDS) / 1.5) : 0;
    long offered = Math.round(manner.perSecond());
    long refusedNow = outage ? offered * 7 / 10 : Math.round(offered * 0.2 * recovering);
    long failedNow = outage ? offered / 12 : 0;
    long acceptedNow = offered - refusedNow - failedNow;
    double middle = manner.p50Micros() * noise * (1 + 12 * recovering + (outage ? 30 : 0));
    Histogram accepted = new Histogram(3);
    Histogram refused = new Histogram(3);
    Histogram late = new Histogram(3);
    long reads = acceptedNow / 5;
    for (int i = 0; i < acceptedNow; i++) {
      accepted.recordValue(Math.max(200, Math.round(middle * tail(0.45))));
      late.recordValue(Math.max(1, Math.round(25 * tail(0.8))));
    }
    for (int i = 0; i < refusedNow; i++) {
      refused.recordValue(Math.max(100, Math.round(700 * tail(0.4))));
    }
    all[0].add(accepted);
    all[1].add(refused);
    all[2].add(late);
    return new Interval(
        second,
        offered,
        Map.of("order", acceptedNow - reads, "browse", reads),
        refusedNow == 0
            ? Map.of()
            : Map.of("UNAVAILABLE", refusedNow * 9 / 10, "OVERLOADED", refusedNow / 10),
        failedNow == 0 ? Map.of() : Map.of("TIMEOUT", failedNow),
        0,
        latency(accepted),
        latency(refused),
        latency(late));
  }

  /** One in three hundred meets something that takes longer. */
  private double tail(double spread) {
    double usual = Math.exp(spread * random.nextGaussian());
    return random.nextInt(300) == 0 ? usual * (3 + 5 * random.nextDouble()) : usual;
  }

  private CostInterval cost(Manner manner, int second, long orders, double noise) {
    Map<String, Long> cpu = new TreeMap<>();
    Map<String, Long> rss = new TreeMap<>();
    for (Map.Entry<String, Double> part : manner.micros().entrySet()) {
      double wobble = noise * (1 + 0.04 * random.nextGaussian());
      double warm = part.getKey().equals("jvm") ? 1 + 0.5 * Math.exp(-second / 4.0) : 1;
      cpu.put(part.getKey(), Math.round(orders * part.getValue() * wobble * warm));
      rss.put(part.getKey(), resident(part.getKey(), second));
    }
    boolean collects = random.nextInt(3) == 0;
    Map<String, Long> gc = Map.of("jvm", collects ? 2_000L + random.nextInt(6_000) : 0L);
    return new CostInterval(second, cpu, rss, gc);
  }

  private long resident(String component, int second) {
    double mebibytes =
        switch (component) {
          case "jvm" -> 610 + 60 * (1 - Math.exp(-second / 10.0));
          case "postgres" -> 180 + 2.2 * second;
          case "redis" -> 14 + 0.1 * second;
          default -> 95;
        };
    return Math.round((mebibytes + random.nextDouble()) * (1 << 20));
  }

  private CostTotals totals(
      Manner manner, long orders, double noise, List<CostInterval> intervals) {
    Map<String, Long> cpu = new TreeMap<>();
    Map<String, Long> gc = new TreeMap<>();
    for (CostInterval interval : intervals) {
      interval.cpuMicros().forEach((name, value) -> cpu.merge(name, value, Long::sum));
      interval.gcMicros().forEach((name, value) -> gc.merge(name, value, Long::sum));
    }
    boolean gated = manner.micros().containsKey("redis");
    return new CostTotals(
        cpu,
        gc,
        Map.of("jvm", Math.round(orders * (gated ? 1_900 : 640) * noise)),
        Map.of(),
        orders / 48,
        orders / 52,
        Math.round(orders * (gated ? 610 : 240) * noise),
        gated ? orders / 21 : 0);
  }

  private static Latency latency(Histogram histogram) {
    return histogram.getTotalCount() == 0
        ? new Latency(0, 0, 0, 0, 0)
        : new Latency(
            histogram.getTotalCount(),
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(99),
            histogram.getValueAtPercentile(99.9),
            histogram.getMaxValue());
  }

  static String packed(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  /** Writes the pages of a run and of a comparison into the folder of the first argument. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Instant at = Instant.EPOCH;
    ReportFiles.write(report(of(5, 60)), folder, at);
    RunRecord before = slower(1, 1);
    RunRecord after = slower(1.08, 2);
    Comparison comparison =
        Comparison.of(
            new Comparison.Sample(before, "role all", "A: role all at 8a40de0"),
            new Comparison.Sample(after, "role all", "B: role all at 2e460bd"));
    ReportFiles.write(
        new ComparisonReport(comparison, before.where(), after.where(), List.of("cpu", "p99")),
        folder,
        at);
    Findings.Bars bars =
        new Findings.Bars(
            "Until it served again",
            "s",
            List.of(new Findings.Bar("1 jvm", 4.2), new Findings.Bar("2 postgres", 1.7)));
    Table promises = new Table("Promises", List.of("faults", "lost"), List.of(List.of("2", "1")));
    ReportFiles.write(
        new Findings(
            "crash-jvm",
            before.where(),
            List.of(promises),
            List.of(bars),
            List.of("LOST: order 7")),
        folder,
        at);
    ReportFiles.write(report(awkward()), folder, at);
    Files.writeString(folder.resolve("loads.html"), report(loads()).html());
    report(of(5, 60)).tables().forEach(table -> System.out.println(table.text()));
    System.out.println(comparison.table().text());
  }
}
