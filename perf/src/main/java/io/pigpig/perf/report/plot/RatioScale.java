package io.pigpig.perf.report.plot;

import java.util.List;

/**
 * Ratios around 1, which stands in the middle: half and twice are equally far from it.
 *
 * @param far the ratio at the high end; its inverse stands at the low one
 * @param near a ratio on the way there
 */
public record RatioScale(double near, double far) implements Scale {

  private static final double[] ENDS = {1.01, 1.02, 1.05, 1.1, 1.2, 1.3, 1.5, 2, 3, 5, 10};

  public RatioScale {
    if (!(near > 1) || !(far > near)) {
      throw new IllegalArgumentException("no ratios by " + near + " to " + far);
    }
  }

  /** Holds every ratio above 0 up to ten times; further ones stand at the end. */
  public static RatioScale around(double... ratios) {
    double furthest = 1;
    for (double ratio : ratios) {
      if (ratio > 0 && Double.isFinite(ratio)) {
        furthest = Math.max(furthest, Math.max(ratio, 1 / ratio));
      }
    }
    int end = 1;
    while (end < ENDS.length - 1 && ENDS[end] < furthest) {
      end++;
    }
    return new RatioScale(ENDS[end - 1], ENDS[end]);
  }

  @Override
  public double at(double ratio) {
    return ratio <= 0 ? 0 : Scale.clamped(0.5 + 0.5 * Math.log(ratio) / Math.log(far));
  }

  @Override
  public List<Double> ticks() {
    return List.of(1 / far, 1 / near, 1.0, near, far);
  }
}
