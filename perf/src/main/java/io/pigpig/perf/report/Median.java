package io.pigpig.perf.report;

import java.util.Arrays;

/** The middle value. */
public final class Median {

  private Median() {}

  /**
   * The mean of both middle values when there is an even number; NaN of none, and where one is NaN:
   * what it would have been is not known.
   */
  public static double of(double... values) {
    if (Arrays.stream(values).anyMatch(Double::isNaN)) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return ofSorted(sorted);
  }

  static double ofSorted(double[] sorted) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
