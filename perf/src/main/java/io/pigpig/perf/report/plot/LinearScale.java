package io.pigpig.perf.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Equal steps of 1, 2 or 5 times a power of ten, from 0. */
public record LinearScale(double high, double step) implements Scale {

  private static final int STEPS_WANTED = 5;

  public LinearScale {
    if (!(high > 0) || !(step > 0) || !Double.isFinite(high)) {
      throw new IllegalArgumentException("no scale to " + high + " by " + step);
    }
  }

  /** Ends at the tick at or above {@code most}; at 1 where there is nothing to show. */
  public static LinearScale roundedUp(double most) {
    double used = used(most);
    double step = stepOf(used);
    // A hair less, so that 0.3 / 0.1 does not take a fourth step.
    return new LinearScale(Math.ceil(used / step - 1e-9) * step, step);
  }

  /** Ends at {@code most} itself, for time. */
  public static LinearScale endingAt(double most) {
    double used = used(most);
    return new LinearScale(used, stepOf(used));
  }

  private static double used(double most) {
    return most > 0 && Double.isFinite(most) ? most : 1;
  }

  private static double stepOf(double most) {
    double rough = most / STEPS_WANTED;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  @Override
  public double at(double value) {
    return Scale.clamped(value / high);
  }

  @Override
  public List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= high * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
