package io.pigpig.perf.report.plot;

import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * A scale with its name.
 *
 * @param label what it counts, with its unit where the ticks do not say it
 */
public record Axis(String label, Scale scale, DoubleFunction<String> tickText) {

  /** From 0 to the round number above the most there is to show. */
  public static Axis linear(String label, double most) {
    LinearScale scale = LinearScale.roundedUp(most);
    return new Axis(label, scale, value -> plain(value, scale.step()));
  }

  /** Time from 0 to its end. */
  public static Axis seconds(double end) {
    LinearScale scale = LinearScale.endingAt(end);
    return new Axis("seconds", scale, value -> plain(value, scale.step()));
  }

  /** As many decimals as the step has. */
  static String plain(double value, double step) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
