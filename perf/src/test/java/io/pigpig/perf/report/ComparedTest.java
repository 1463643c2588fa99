package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigpig.perf.report.Compared.Verdict;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.plot.Unit;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ComparedTest {

  private static final FigureKind CPU = new FigureKind("cpu", "CPU", Unit.MICROS, Sense.AT_MOST);
  private static final FigureKind RATE =
      new FigureKind("orders", "orders", Unit.PER_SECOND, Sense.AT_LEAST);

  @Test
  void clearDifferenceIsWorseOfACostAndBetterOfARate() {
    double[] reference = noisy(8, 100, 0.02, 1);
    double[] subject = noisy(8, 120, 0.02, 2);

    Compared cost = Compared.ofPairs(CPU, reference, subject);

    assertThat(cost.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(cost.ratio()).isCloseTo(1.2, within(0.03));
    assertThat(cost.low()).isGreaterThan(1.15).isLessThan(cost.ratio());
    assertThat(cost.high()).isLessThan(1.25).isGreaterThan(cost.ratio());
    assertThat(Compared.ofPairs(RATE, reference, subject).verdict()).isEqualTo(Verdict.BETTER);
    assertThat(Compared.ofPairs(CPU, subject, reference).verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void noiseIsNoDifference() {
    Compared compared = Compared.ofPairs(CPU, noisy(10, 100, 0.1, 3), noisy(10, 100, 0.1, 4));

    assertThat(compared.verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
    assertThat(compared.low()).isLessThan(1);
    assertThat(compared.high()).isGreaterThan(1);
  }

  /** Rounds in turn see through what slows both sides; rounds apart do not. */
  @Test
  void pairsSeeADifferenceThatTheMachinesDriftHides() {
    double[] reference = new double[10];
    double[] subject = new double[10];
    for (int round = 0; round < 10; round++) {
      double drift = 1 + 0.15 * round;
      reference[round] = 100 * drift;
      subject[round] = 106 * drift + 0.3 * (round % 3);
    }

    assertThat(Compared.ofPairs(CPU, reference, subject).verdict()).isEqualTo(Verdict.WORSE);
    assertThat(Compared.ofRounds(CPU, reference, subject).verdict())
        .isEqualTo(Verdict.NO_DIFFERENCE);
  }

  @Test
  void fewerThanFiveRoundsDecideNothingHoweverClear() {
    Compared compared =
        Compared.ofPairs(CPU, new double[] {100, 101, 100, 99}, new double[] {900, 901, 900, 899});

    assertThat(compared.verdict()).isEqualTo(Verdict.TOO_FEW_ROUNDS);
    assertThat(compared.ratio()).isCloseTo(9, within(0.1));
    assertThat(compared.low()).isNaN();
  }

  @Test
  void differenceOfLessThanAHundredthIsNone() {
    double[] reference = {1000, 1000, 1000, 1000, 1000};
    double[] subject = {1005, 1005, 1005, 1005, 1005};

    Compared compared = Compared.ofPairs(CPU, reference, subject);

    assertThat(compared.verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
    assertThat(compared.low()).isGreaterThan(1);
  }

  @Test
  void whatWasNothingAndIsSomethingIsWorseWithoutARatio() {
    double[] none = new double[6];
    double[] some = {3, 2, 4, 3, 3, 5};

    Compared compared = Compared.ofPairs(CPU, none, some);

    assertThat(compared.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(compared.ratio()).isNaN();
    assertThat(Compared.ofRounds(CPU, none, some).verdict()).isEqualTo(Verdict.WORSE);
    assertThat(Compared.ofPairs(CPU, none, none).verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
  }

  @Test
  void whatWasNotMeasuredIsNotCompared() {
    double[] unknown = new double[6];
    Arrays.fill(unknown, Double.NaN);

    assertThat(Compared.ofPairs(CPU, unknown, noisy(6, 100, 0.1, 5)).verdict())
        .isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void unequalNumbersOfRoundsAreNoPairs() {
    assertThatThrownBy(() -> Compared.ofPairs(CPU, new double[5], new double[6]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CPU: 5 and 6 are no pairs");
  }

  @Test
  void sameRoundsGetTheSameInterval() {
    double[] reference = noisy(7, 100, 0.05, 6);
    double[] subject = noisy(7, 103, 0.05, 7);

    assertThat(Compared.ofPairs(CPU, reference, subject))
        .isEqualTo(Compared.ofPairs(CPU, reference, subject));
  }

  /** The promise of 95 %: equal sides seldom get a verdict. */
  @Test
  void equalSidesAreSeldomToldApart() {
    int toldApart = 0;
    for (int seed = 0; seed < 100; seed++) {
      Compared compared =
          Compared.ofPairs(CPU, noisy(9, 100, 0.1, 1_000 + seed), noisy(9, 100, 0.1, 2_000 + seed));
      toldApart += compared.verdict() == Verdict.NO_DIFFERENCE ? 0 : 1;
    }

    assertThat(toldApart).isLessThanOrEqualTo(12);
  }

  private static double[] noisy(int rounds, double middle, double spread, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[rounds];
    Arrays.setAll(values, i -> middle * (1 + spread * random.nextGaussian()));
    return values;
  }
}
