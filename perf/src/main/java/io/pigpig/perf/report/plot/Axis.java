package io.pigpig.perf.report.plot;

import java.util.function.DoubleFunction;

/**
 * A scale with its name.
 *
 * @param label what it counts, with its unit where the ticks do not say it
 */
public record Axis(String label, Scale scale, DoubleFunction<String> tickText) {

  /** From 0 to the round number above the most there is to show. */
  public static Axis linear(String label, double most) {
    return new Axis(label, LinearScale.roundedUp(most), Unit::round);
  }

  /** Time from 0 to its end. */
  public static Axis seconds(double end) {
    return new Axis("seconds", LinearScale.endingAt(end), Unit::round);
  }

  /** Times in us that lie far apart. */
  public static Axis logMicros(String label, double... micros) {
    return new Axis(label + ", log scale", LogScale.around(micros), Unit::roundMicros);
  }

  public static Axis percentiles(PercentileScale scale) {
    return new Axis("percentile", scale, Unit::round);
  }
}
