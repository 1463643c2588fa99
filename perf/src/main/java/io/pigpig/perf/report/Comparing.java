package io.pigpig.perf.report;

import io.pigpig.perf.report.Bootstrap.Interval;
import io.pigpig.perf.report.Compared.Verdict;
import io.pigpig.perf.report.RunRecord.Sense;
import java.util.Arrays;
import java.util.List;

/** How one figure's rounds become a verdict. */
final class Comparing {

  /** A smaller difference of the medians is nobody's concern, however sure it is. */
  static final double NEGLIGIBLE = 0.01;

  private final FigureKind kind;
  private final double[] reference;
  private final double[] subject;
  private final boolean pairs;

  /** Of each round; empty where a round of the reference has no value above 0. */
  private final double[] ratios;

  Comparing(FigureKind kind, double[] reference, double[] subject, boolean pairs) {
    this.kind = kind;
    this.reference = reference.clone();
    this.subject = subject.clone();
    this.pairs = pairs;
    this.ratios = ratios();
  }

  private double[] ratios() {
    boolean defined =
        measured(reference) && measured(subject) && Arrays.stream(reference).allMatch(v -> v > 0);
    double[] each = new double[defined ? subject.length : 0];
    double median = Median.of(reference);
    Arrays.setAll(each, i -> subject[i] / (pairs ? reference[i] : median));
    return each;
  }

  private static boolean measured(double[] values) {
    return values.length > 0 && Arrays.stream(values).allMatch(Double::isFinite);
  }

  Compared result() {
    if (!measured(reference) || !measured(subject)) {
      return with(Verdict.NOT_MEASURED, Double.NaN, Double.NaN);
    }
    if (Math.min(reference.length, subject.length) < Bootstrap.ROUNDS_MIN) {
      return with(Verdict.TOO_FEW_ROUNDS, Double.NaN, Double.NaN);
    }
    if (ratios.length == 0) {
      // There is no ratio to 0, but whether it grew can be told.
      return with(verdict(differenceInterval(), 0), Double.NaN, Double.NaN);
    }
    Interval interval = ratioInterval();
    boolean negligible = Math.abs(Median.of(ratios) - 1) < NEGLIGIBLE;
    Verdict verdict = negligible ? Verdict.NO_DIFFERENCE : verdict(interval, 1);
    return with(verdict, interval.low(), interval.high());
  }

  private Interval ratioInterval() {
    return pairs
        ? new Bootstrap().ofMedian(ratios)
        : new Bootstrap().ofMedianRatio(subject, reference);
  }

  private Interval differenceInterval() {
    if (!pairs) {
      return new Bootstrap().ofMedianDifference(subject, reference);
    }
    double[] differences = new double[subject.length];
    Arrays.setAll(differences, i -> subject[i] - reference[i]);
    return new Bootstrap().ofMedian(differences);
  }

  private Verdict verdict(Interval interval, double equal) {
    if (interval.low() <= equal && equal <= interval.high()) {
      return Verdict.NO_DIFFERENCE;
    }
    boolean more = interval.low() > equal;
    return more == (kind.sense() == Sense.AT_LEAST) ? Verdict.BETTER : Verdict.WORSE;
  }

  private Compared with(Verdict verdict, double low, double high) {
    return new Compared(
        kind,
        boxed(reference),
        boxed(subject),
        Median.of(ratios),
        boxed(ratios),
        low,
        high,
        verdict);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
