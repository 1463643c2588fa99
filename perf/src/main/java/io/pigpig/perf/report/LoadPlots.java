package io.pigpig.perf.report;

import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.plot.Axis;
import io.pigpig.perf.report.plot.Ink;
import io.pigpig.perf.report.plot.Layer;
import io.pigpig.perf.report.plot.Layer.Line;
import io.pigpig.perf.report.plot.Layer.Stroke;
import io.pigpig.perf.report.plot.PercentileScale;
import io.pigpig.perf.report.plot.Plot;
import io.pigpig.perf.report.plot.Series;
import io.pigpig.perf.report.plot.Series.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** What the generator saw of legs that are shown beside each other, on the same scales. */
final class LoadPlots {

  private static final int CODES_MAX = 4;
  private static final int POINTS_PER_NINE = 40;
  private static final List<Ink> REFUSED =
      List.of(Ink.ORANGE, Ink.PURPLE, Ink.SKY, Ink.GREEN, Ink.GREY);
  private static final List<Ink> FAILED =
      List.of(Ink.VERMILLION, Ink.TEXT, Ink.YELLOW, Ink.GREY, Ink.GREY);

  private final List<Leg> legs;
  private final Axis time;

  LoadPlots(List<Leg> legs) {
    this.legs = List.copyOf(legs);
    this.time = LegTime.axis(legs);
  }

  /** Percentiles over time, a plot a leg. */
  List<Plot> latency() {
    List<List<Series>> all = new ArrayList<>();
    for (Leg leg : legs) {
      all.add(
          List.of(
              latency(leg, "p50", Ink.SKY, Latency::p50),
              latency(leg, "p99", Ink.BLUE, Latency::p99),
              latency(leg, "p99.9", Ink.ORANGE, Latency::p999),
              latency(leg, "max", Ink.VERMILLION, Latency::max)));
    }
    Axis axis = logMicros("latency", all.stream().flatMap(List::stream).toList());
    List<Plot> plots = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      List<Layer> lines = new ArrayList<>();
      all.get(i).forEach(series -> lines.add(new Line(series, Stroke.SOLID)));
      plots.add(plot("Latency of accepted requests", legs.get(i), axis, lines));
    }
    return plots;
  }

  private static Series latency(Leg leg, String name, Ink ink, ToLongFunction<Latency> of) {
    List<Point> points = new ArrayList<>();
    for (Interval interval : leg.load().intervals()) {
      Latency latency = interval.acceptedLatency();
      double value = latency.count() == 0 ? Double.NaN : of.applyAsLong(latency);
      points.add(new Point(interval.second() + 0.5, value));
    }
    return new Series(name, ink, points);
  }

  private static Axis logMicros(String label, List<Series> all) {
    DoubleStream values =
        all.stream().flatMapToDouble(series -> series.points().stream().mapToDouble(Point::y));
    // What took less than a microsecond is not told apart from nothing.
    return Axis.logMicros(label, values.map(value -> Math.max(1, value)).toArray());
  }

  private Plot plot(String shows, Leg leg, Axis axis, List<Layer> layers) {
    return new Plot(shows + ": " + LegTime.name(leg), time, axis, layers, LegTime.marks(leg));
  }

  /** Whole distributions, every leg in one plot; of refusals only when there are any. */
  List<Plot> latencyDistributions() {
    List<Plot> plots = new ArrayList<>();
    plots.add(
        distribution(
            "Latency of accepted requests by percentile",
            "latency",
            leg -> leg.load().histograms().accepted()));
    if (legs.stream().anyMatch(leg -> LegFigure.total(leg.load(), Interval::refused) > 0)) {
      plots.add(
          distribution(
              "Latency of refusals by percentile",
              "latency",
              leg -> leg.load().histograms().refused()));
    }
    return plots;
  }

  /** How late the generator sent, every leg in one plot. */
  Plot latenessDistribution() {
    return distribution(
        "Lateness of the generator by percentile",
        "lateness",
        leg -> leg.load().histograms().lateness());
  }

  private Plot distribution(String title, String label, Function<Leg, String> packed) {
    List<Histogram> histograms = legs.stream().map(leg -> Latencies.of(packed.apply(leg))).toList();
    long most = histograms.stream().mapToLong(Histogram::getTotalCount).max().orElse(0);
    PercentileScale scale = PercentileScale.of(most);
    List<Series> curves = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      curves.add(new Series(legs.get(i).side(), Ink.ofSeries(i), curve(histograms.get(i), scale)));
    }
    List<Layer> lines = new ArrayList<>();
    curves.forEach(curve -> lines.add(new Line(curve, Stroke.BOLD)));
    return new Plot(title, Axis.percentiles(scale), logMicros(label, curves), lines, List.of());
  }

  private static List<Point> curve(Histogram histogram, PercentileScale scale) {
    List<Point> points = new ArrayList<>();
    int steps = histogram.getTotalCount() == 0 ? -1 : scale.nines() * POINTS_PER_NINE;
    for (int i = 0; i <= steps; i++) {
      double percentile = scale.percentileAt((double) i / steps);
      points.add(new Point(percentile, histogram.getValueAtPercentile(percentile)));
    }
    return points;
  }

  /** What became of the requests of each second, a plot a leg. */
  List<Plot> throughput() {
    List<List<Series>> outcomes = legs.stream().map(LoadPlots::outcomes).toList();
    double most = 0;
    for (int i = 0; i < legs.size(); i++) {
      most = Math.max(most, offered(legs.get(i)).most());
      most = Math.max(most, Layer.stackedMost(outcomes.get(i)));
    }
    Axis axis = Axis.linear("requests/s", most);
    List<Plot> plots = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      List<Layer> layers = new ArrayList<>(Layer.stacked(outcomes.get(i)));
      layers.add(new Line(offered(legs.get(i)), Stroke.DASHED));
      plots.add(plot("What became of the requests", legs.get(i), axis, layers));
    }
    return plots;
  }

  private static Series offered(Leg leg) {
    return counts(leg, "offered", Ink.TEXT, Interval::offered);
  }

  private static List<Series> outcomes(Leg leg) {
    List<Series> all = new ArrayList<>();
    all.add(counts(leg, "accepted", Ink.BLUE, interval -> LegFigure.sum(interval.accepted())));
    all.addAll(byCode(leg, "refused", Interval::refused, REFUSED));
    all.addAll(byCode(leg, "failed", Interval::failed, FAILED));
    return all;
  }

  /** The most frequent codes by name, all others together. */
  private static List<Series> byCode(
      Leg leg, String outcome, Function<Interval, Map<String, Long>> counts, List<Ink> inks) {
    Map<String, Long> totals = new TreeMap<>();
    for (Interval interval : leg.load().intervals()) {
      counts.apply(interval).forEach((code, count) -> totals.merge(code, count, Long::sum));
    }
    List<String> codes =
        totals.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(Map.Entry::getKey)
            .toList();
    List<Series> all = new ArrayList<>();
    for (String code : codes.subList(0, Math.min(CODES_MAX, codes.size()))) {
      Ink ink = inks.get(all.size());
      all.add(counts(leg, outcome + " " + code, ink, i -> counts.apply(i).getOrDefault(code, 0L)));
    }
    if (codes.size() > CODES_MAX) {
      List<String> others = codes.subList(CODES_MAX, codes.size());
      ToLongFunction<Interval> rest =
          i -> others.stream().mapToLong(code -> counts.apply(i).getOrDefault(code, 0L)).sum();
      all.add(counts(leg, outcome + " otherwise", inks.get(CODES_MAX), rest));
    }
    return all;
  }

  private static Series counts(Leg leg, String name, Ink ink, ToLongFunction<Interval> of) {
    List<Point> points = new ArrayList<>();
    for (Interval interval : leg.load().intervals()) {
      points.add(new Point(interval.second(), of.applyAsLong(interval)));
    }
    return new Series(name, ink, points).steps();
  }

  /** The p99 of the generator's lateness over time, every leg in one plot. */
  Plot latenessOverTime() {
    List<Series> all = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      List<Point> points = new ArrayList<>();
      for (Interval interval : legs.get(i).load().intervals()) {
        Latency lateness = interval.lateness();
        points.add(
            new Point(
                interval.second() + 0.5, lateness.count() == 0 ? Double.NaN : lateness.p99()));
      }
      all.add(new Series(legs.get(i).side(), Ink.ofSeries(i), points));
    }
    List<Layer> lines = new ArrayList<>();
    all.forEach(series -> lines.add(new Line(series, Stroke.SOLID)));
    return new Plot(
        "Lateness of the generator over time, p99",
        time,
        logMicros("lateness", all),
        lines,
        List.of());
  }
}
