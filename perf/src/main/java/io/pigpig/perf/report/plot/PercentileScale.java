package io.pigpig.perf.report.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Percentiles, 0 to 100, spaced by the logarithm of 1/(1-p): 90, 99 and 99.9 are equally far apart,
 * so that a tail is as wide as the body.
 *
 * @param nines of the last percentile: 4 ends at 99.99
 */
public record PercentileScale(int nines) implements Scale {

  private static final int NINES_MAX = 7;

  public PercentileScale {
    if (nines < 1 || nines > NINES_MAX) {
      throw new IllegalArgumentException("1 to " + NINES_MAX + " nines, not " + nines);
    }
  }

  /** As far as so many values tell something: past the last nine stands at least one of them. */
  public static PercentileScale of(long values) {
    int nines = values < 10 ? 1 : (int) Math.floor(Math.log10((double) values));
    return new PercentileScale(Math.clamp(nines, 1, NINES_MAX));
  }

  /** The percentile at a position: the inverse of {@link #at}. */
  public double percentileAt(double position) {
    return 100 * (1 - Math.pow(10, -position * nines));
  }

  @Override
  public double at(double percentile) {
    double rest = 1 - percentile / 100;
    return rest <= 0 ? 1 : Scale.clamped(-Math.log10(rest) / nines);
  }

  @Override
  public List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i <= nines; i++) {
      // Rounded: 99.9 and not 99.90000000000001.
      ticks.add(Math.round(percentileAt((double) i / nines) * 1e6) / 1e6);
    }
    return ticks;
  }
}
