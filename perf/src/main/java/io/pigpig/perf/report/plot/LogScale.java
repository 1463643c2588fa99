package io.pigpig.perf.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Equal factors are equally far apart; both ends are 1, 2 or 5 times a power of ten. */
public record LogScale(double low, double high) implements Scale {

  private static final double[] LEADS = {1, 2, 5};
  private static final int DECADES_WITH_ALL_LEADS = 2;
  private static final int TICKS_MAX = 8;

  public LogScale {
    if (!(low > 0) || !(high > low) || !Double.isFinite(high)) {
      throw new IllegalArgumentException("no log scale from " + low + " to " + high);
    }
  }

  /**
   * Holds every value above 0; from 1 to 10 where there is none. At least a factor of ten long, so
   * that noise does not look like more.
   */
  public static LogScale around(double... values) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (double value : values) {
      if (value > 0 && Double.isFinite(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    if (most == 0) {
      return new LogScale(1, 10);
    }
    double low = atOrBelow(least);
    return new LogScale(low, Math.max(low * 10, atOrAbove(most)));
  }

  private static double atOrBelow(double value) {
    double power = powerOf(value);
    double found = power;
    for (double lead : LEADS) {
      if (lead * power <= value * (1 + 1e-9)) {
        found = lead * power;
      }
    }
    return found;
  }

  private static double atOrAbove(double value) {
    double power = powerOf(value);
    for (double lead : LEADS) {
      if (lead * power >= value * (1 - 1e-9)) {
        return lead * power;
      }
    }
    return power * 10;
  }

  private static double powerOf(double value) {
    return Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
  }

  @Override
  public double at(double value) {
    return value <= low ? 0 : Scale.clamped(Math.log(value / low) / Math.log(high / low));
  }

  /** Powers of ten, every second of them when they are many; 1, 2 and 5 when they are few. */
  @Override
  public List<Double> ticks() {
    int decades = (int) Math.round(Math.log10(high / low));
    int leads = decades <= DECADES_WITH_ALL_LEADS ? LEADS.length : 1;
    int stride = Math.max(1, Math.ceilDiv(decades, TICKS_MAX));
    List<Double> ticks = new ArrayList<>();
    int first = (int) Math.round(Math.log10(powerOf(low)));
    for (int exponent = first; Math.pow(10, exponent) <= high * (1 + 1e-9); exponent += stride) {
      for (int i = 0; i < leads; i++) {
        double tick = LEADS[i] * Math.pow(10, exponent);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
