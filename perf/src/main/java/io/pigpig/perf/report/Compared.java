package io.pigpig.perf.report;

import io.pigpig.perf.report.Bootstrap.Interval;
import io.pigpig.perf.report.RunRecord.Sense;
import java.util.Arrays;
import java.util.List;

/**
 * One figure of two sides, and what their rounds say of it.
 *
 * @param reference its rounds on the side that is compared with
 * @param subject its rounds on the side that is judged
 * @param ratio of the subject to the reference: the median of the pairs' ratios, or the ratio of
 *     the medians when the rounds are no pairs; NaN when the reference is 0
 * @param ratios of each pair, or of each of the subject's rounds to the reference's median
 * @param low end of the ratio's interval of 95 %; NaN when it was not decided or is no ratio
 * @param high end of it
 */
public record Compared(
    FigureKind kind,
    List<Double> reference,
    List<Double> subject,
    double ratio,
    List<Double> ratios,
    double low,
    double high,
    Verdict verdict) {

  /** What can be said beyond noise. */
  public enum Verdict {
    BETTER("better"),
    WORSE("worse"),
    NO_DIFFERENCE("no difference seen"),
    TOO_FEW_ROUNDS("too few rounds"),
    /** A side has no value. */
    NOT_MEASURED("not measured");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  public Compared {
    reference = List.copyOf(reference);
    subject = List.copyOf(subject);
    ratios = List.copyOf(ratios);
  }

  /**
   * From rounds that ran in turn: the nth of one beside the nth of the other. Throws
   * IllegalArgumentException when one side has more.
   */
  public static Compared ofPairs(FigureKind kind, double[] reference, double[] subject) {
    if (reference.length != subject.length) {
      throw new IllegalArgumentException(
          kind.name() + ": " + reference.length + " and " + subject.length + " are no pairs");
    }
    return new Comparing(kind, reference, subject, true).compared();
  }

  /** From rounds that ran at different times. */
  public static Compared ofRounds(FigureKind kind, double[] reference, double[] subject) {
    return new Comparing(kind, reference, subject, false).compared();
  }

  public double referenceMedian() {
    return Median.of(unboxed(reference));
  }

  public double subjectMedian() {
    return Median.of(unboxed(subject));
  }

  static double[] unboxed(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The decision, step by step. */
  private record Comparing(
      FigureKind kind, double[] reference, double[] subject, boolean pairs) {

    private Compared compared() {
      if (!measured(reference) || !measured(subject)) {
        return said(Verdict.NOT_MEASURED, Double.NaN, Double.NaN);
      }
      if (Math.min(reference.length, subject.length) < Bootstrap.ROUNDS_MIN) {
        return said(Verdict.TOO_FEW_ROUNDS, Double.NaN, Double.NaN);
      }
      if (hasRatios()) {
        Interval interval =
            pairs
                ? new Bootstrap().ofMedian(ratios())
                : new Bootstrap().ofMedianRatio(subject, reference);
        return said(verdict(interval, 1), interval.low(), interval.high());
      }
      // Nothing can be told as a ratio to 0, but whether it grew can.
      Interval interval =
          pairs
              ? new Bootstrap().ofMedian(differences())
              : new Bootstrap().ofMedianDifference(subject, reference);
      return said(verdict(interval, 0), Double.NaN, Double.NaN);
    }

    private static boolean measured(double[] values) {
      return values.length > 0 && Arrays.stream(values).allMatch(Double::isFinite);
    }

    private boolean hasRatios() {
      return measured(reference) && measured(subject) && Arrays.stream(reference).allMatch(v -> v > 0);
    }

    private double[] ratios() {
      double[] ratios = new double[hasRatios() ? subject.length : 0];
      double median = Median.of(reference);
      Arrays.setAll(ratios, i -> subject[i] / (pairs ? reference[i] : median));
      return ratios;
    }

    private double[] differences() {
      double[] differences = new double[subject.length];
      Arrays.setAll(differences, i -> subject[i] - reference[i]);
      return differences;
    }

    private Verdict verdict(Interval interval, double neutral) {
      if (interval.low() <= neutral && neutral <= interval.high()) {
        return Verdict.NO_DIFFERENCE;
      }
      boolean more = interval.low() > neutral;
      return more == (kind.sense() == Sense.AT_LEAST) ? Verdict.BETTER : Verdict.WORSE;
    }

    private Compared said(Verdict verdict, double low, double high) {
      double[] ratios = ratios();
      return new Compared(
          kind,
          Arrays.stream(reference).boxed().toList(),
          Arrays.stream(subject).boxed().toList(),
          Median.of(ratios),
          Arrays.stream(ratios).boxed().toList(),
          low,
          high,
          verdict);
    }
  }
}
