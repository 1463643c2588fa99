package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.CostInterval;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.plot.Axis;
import io.pigpig.perf.report.plot.Ink;
import io.pigpig.perf.report.plot.Layer;
import io.pigpig.perf.report.plot.Layer.Line;
import io.pigpig.perf.report.plot.Layer.Stroke;
import io.pigpig.perf.report.plot.Plot;
import io.pigpig.perf.report.plot.Series;
import io.pigpig.perf.report.plot.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What legs cost that are shown beside each other, second by second, on the same scales. */
final class CostPlots {

  private static final double MICROS_PER_SECOND = 1e6;
  private static final double MICROS_PER_MILLI = 1e3;
  private static final double MEBIBYTE = 1 << 20;

  /**
   * One value by component.
   *
   * @param size of what the axis counts, in what was measured
   */
  private record Shown(
      String title, String axis, double size, Function<CostInterval, Map<String, Long>> of) {}

  private final List<Leg> legs;
  private final int cores;
  private final Axis time;

  CostPlots(List<Leg> legs, int cores) {
    this.legs = List.copyOf(legs);
    this.cores = cores;
    this.time = LegTime.axis(legs);
  }

  /** Stacked under the cores that the machine has. */
  List<Plot> cpu() {
    Shown shown =
        new Shown("CPU by component", "cores in use", MICROS_PER_SECOND, CostInterval::cpuMicros);
    Series all =
        new Series(
            "all cores",
            Ink.TEXT,
            List.of(new Point(0, cores), new Point(Double.MAX_VALUE, cores)));
    return stacked(shown, cores, List.of(new Line(all, Stroke.DASHED)));
  }

  List<Plot> memory() {
    Shown shown =
        new Shown("Resident memory by component", "MiB", MEBIBYTE, CostInterval::rssBytes);
    return stacked(shown, 0, List.of());
  }

  List<Plot> gc() {
    Shown shown =
        new Shown(
            "Stopped by garbage collection, each second",
            "ms of each second",
            MICROS_PER_MILLI,
            CostInterval::gcMicros);
    return stacked(shown, 0, List.of());
  }

  private List<Plot> stacked(Shown shown, double atLeast, List<Layer> above) {
    List<String> components = Components.over(legs, shown.of());
    List<List<Series>> all = new ArrayList<>();
    double most = atLeast;
    for (Leg leg : legs) {
      List<Series> series = components.stream().map(name -> series(leg, name, shown)).toList();
      most = Math.max(most, Layer.stackedMost(series));
      all.add(series.stream().filter(CostPlots::isMeasured).toList());
    }
    Axis axis = Axis.linear(shown.axis(), most);
    List<Plot> plots = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      List<Layer> layers = new ArrayList<>(Layer.stacked(all.get(i)));
      layers.addAll(above);
      String title = shown.title() + ": " + LegTime.name(legs.get(i));
      plots.add(new Plot(title, time, axis, layers, LegTime.marks(legs.get(i))));
    }
    return plots;
  }

  private static Series series(Leg leg, String component, Shown shown) {
    List<Point> points = new ArrayList<>();
    for (CostInterval interval : leg.cost().intervals()) {
      Long value = shown.of().apply(interval).get(component);
      points.add(new Point(interval.second(), value == null ? Double.NaN : value / shown.size()));
    }
    return new Series(component, Components.ink(component), points).steps();
  }

  /** A side without this component does not have it in its legend. */
  private static boolean isMeasured(Series series) {
    return series.points().stream().anyMatch(point -> Double.isFinite(point.y()));
  }
}
