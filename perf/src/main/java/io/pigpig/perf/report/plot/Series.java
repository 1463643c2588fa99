package io.pigpig.perf.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Named values over an axis, ascending in x; a NaN is a gap. */
public record Series(String name, Ink ink, List<Point> points) {

  /** A value at a place. */
  public record Point(double x, double y) {}

  public Series {
    points = List.copyOf(points);
  }

  /** The largest value; 0 when there is none. */
  public double most() {
    return points.stream().mapToDouble(Point::y).filter(Double::isFinite).reduce(0, Math::max);
  }

  /** Each value holds for one x further: what was counted within a second is one step wide. */
  public Series steps() {
    List<Point> steps = new ArrayList<>();
    for (Point point : points) {
      steps.add(point);
      steps.add(new Point(point.x() + 1, point.y()));
    }
    return new Series(name, ink, steps);
  }
}
