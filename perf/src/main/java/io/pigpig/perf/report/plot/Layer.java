package io.pigpig.perf.report.plot;

import java.util.ArrayList;
import java.util.List;

/** What is drawn into a plot, the first at the bottom. */
public sealed interface Layer {

  String name();

  Ink ink();

  /** Whether there is nothing to see. */
  boolean isEmpty();

  /** How a line is drawn. */
  enum Stroke {
    SOLID,
    BOLD,
    DASHED
  }

  /** A line through the points of a series. */
  record Line(Series series, Stroke stroke) implements Layer {
    @Override
    public String name() {
      return series.name();
    }

    @Override
    public Ink ink() {
      return series.ink();
    }

    @Override
    public boolean isEmpty() {
      return series.points().stream().noneMatch(point -> Double.isFinite(point.y()));
    }
  }

  /** An area between two series over the same x. */
  record Band(String name, Ink ink, List<Edge> edges) implements Layer {
    public Band {
      edges = List.copyOf(edges);
    }

    @Override
    public boolean isEmpty() {
      return edges.isEmpty();
    }
  }

  /** A band's ends at a place. */
  record Edge(double x, double low, double high) {}

  /**
   * Bands on top of each other, the first at the bottom; a gap counts as 0. Throws
   * IllegalArgumentException when the series do not stand over the same x.
   */
  static List<Layer> stacked(List<Series> all) {
    List<Layer> bands = new ArrayList<>();
    double[] floor = new double[all.isEmpty() ? 0 : all.getFirst().points().size()];
    for (Series series : all) {
      if (series.points().size() != floor.length) {
        throw new IllegalArgumentException(
            series.name() + " has " + series.points().size() + " points, not " + floor.length);
      }
      List<Edge> edges = new ArrayList<>();
      for (int i = 0; i < floor.length; i++) {
        Series.Point point = series.points().get(i);
        double high = floor[i] + (Double.isFinite(point.y()) ? point.y() : 0);
        edges.add(new Edge(point.x(), floor[i], high));
        floor[i] = high;
      }
      bands.add(new Band(series.name(), series.ink(), edges));
    }
    return bands;
  }

  /** Where the highest of stacked series ends. */
  static double stackedMost(List<Series> all) {
    return stacked(all).stream()
        .flatMap(layer -> layer instanceof Band band ? band.edges().stream() : null)
        .mapToDouble(Edge::high)
        .reduce(0, Math::max);
  }
}
