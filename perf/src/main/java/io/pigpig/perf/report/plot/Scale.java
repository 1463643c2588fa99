package io.pigpig.perf.report.plot;

import java.util.List;

/** Maps values to where they stand along an axis. */
public sealed interface Scale permits LinearScale, LogScale, PercentileScale, RatioScale {

  /** 0 at the low end, 1 at the high one, and never outside. */
  double at(double value);

  /** The values that are named along the axis, ascending, none outside of it. */
  List<Double> ticks();

  /** Into 0 to 1. */
  static double clamped(double position) {
    return Math.clamp(position, 0, 1);
  }
}
