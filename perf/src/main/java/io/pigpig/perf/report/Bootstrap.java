package io.pigpig.perf.report;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * How far a median of few rounds can be off: it is taken again and again of as many rounds drawn
 * with repetition from those that were measured, and the middle 95 % of what comes out is the
 * interval (B. Efron, Bootstrap Methods: Another Look at the Jackknife, 1979; the percentile
 * method).
 *
 * <p>Of five rounds the interval is from the least to the most, and covers the truth in 94 % of
 * cases: fewer than five cannot tell. Seeded, so that the same rounds get the same interval.
 */
final class Bootstrap {

  static final int ROUNDS_MIN = 5;
  static final int RESAMPLES = 20_000;
  static final double CONFIDENCE = 0.95;
  private static final long SEED = 20_260_101;

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Both ends belong to it. */
  record Interval(double low, double high) {}

  /** Of the median of these. */
  Interval ofMedian(double[] values) {
    double[] drawn = new double[values.length];
    return interval(() -> drawnMedian(values, drawn));
  }

  /** Of one median divided by another, whose rounds have nothing to do with each other. */
  Interval ofMedianRatio(double[] subject, double[] reference) {
    double[] ofSubject = new double[subject.length];
    double[] ofReference = new double[reference.length];
    return interval(() -> drawnMedian(subject, ofSubject) / drawnMedian(reference, ofReference));
  }

  /** Of one median less another, whose rounds have nothing to do with each other. */
  Interval ofMedianDifference(double[] subject, double[] reference) {
    double[] ofSubject = new double[subject.length];
    double[] ofReference = new double[reference.length];
    return interval(() -> drawnMedian(subject, ofSubject) - drawnMedian(reference, ofReference));
  }

  private static Interval interval(DoubleSupplier median) {
    double[] medians = new double[RESAMPLES];
    Arrays.setAll(medians, i -> median.getAsDouble());
    Arrays.sort(medians);
    int cut = (int) Math.round(RESAMPLES * (1 - CONFIDENCE) / 2);
    return new Interval(medians[cut], medians[RESAMPLES - 1 - cut]);
  }

  private double drawnMedian(double[] values, double[] drawn) {
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = values[random.nextInt(values.length)];
    }
    Arrays.sort(drawn);
    return Median.ofSorted(drawn);
  }
}
