package io.pigpig.perf.report;

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

    /** Whether the rounds do not tell. */
    public boolean isOpen() {
      return this == TOO_FEW_ROUNDS || this == NOT_MEASURED;
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
    return new Comparing(kind, reference, subject, true).result();
  }

  /** From rounds that ran at different times. */
  public static Compared ofRounds(FigureKind kind, double[] reference, double[] subject) {
    return new Comparing(kind, reference, subject, false).result();
  }

  public double referenceMedian() {
    return Median.of(unboxed(reference));
  }

  public double subjectMedian() {
    return Median.of(unboxed(subject));
  }

  private static double[] unboxed(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
