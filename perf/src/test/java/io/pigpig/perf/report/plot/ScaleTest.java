package io.pigpig.perf.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {

  @Test
  void linearScaleEndsAtARoundNumberAboveTheMost() {
    assertThat(LinearScale.roundedUp(87).ticks())
        .containsExactly(0.0, 20.0, 40.0, 60.0, 80.0, 100.0);
    assertThat(LinearScale.roundedUp(100).high()).isEqualTo(100);
    assertThat(LinearScale.roundedUp(0.3).high()).isCloseTo(0.3, within(1e-12));
    assertThat(LinearScale.roundedUp(9_000).step()).isEqualTo(2_000);
  }

  @Test
  void linearScaleOfTimeEndsWithTime() {
    LinearScale scale = LinearScale.endingAt(61);

    assertThat(scale.at(61)).isEqualTo(1);
    assertThat(scale.ticks()).containsExactly(0.0, 20.0, 40.0, 60.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -3, Double.NaN, Double.POSITIVE_INFINITY})
  void linearScaleOfNothingGoesToOne(double most) {
    assertThat(LinearScale.roundedUp(most).high()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.07, 1, 3, 61, 999, 123_456, 7e12})
  void linearScaleHasAFewTicksWhateverItsSize(double most) {
    LinearScale scale = LinearScale.roundedUp(most);

    assertThat(scale.high()).isGreaterThanOrEqualTo(most * (1 - 1e-9));
    assertThat(scale.ticks()).hasSizeBetween(3, 7);
    assertThat(scale.at(scale.ticks().getLast())).isCloseTo(1, within(1e-9));
  }

  @Test
  void logScaleEndsAtOneTwoOrFiveTimesAPowerOfTen() {
    assertThat(LogScale.around(230, 81_000)).isEqualTo(new LogScale(200, 100_000));
    assertThat(LogScale.around(1_000, 50_000)).isEqualTo(new LogScale(1_000, 50_000));
  }

  @Test
  void logScaleOfASingleValueIsADecade() {
    assertThat(LogScale.around(300)).isEqualTo(new LogScale(200, 2_000));
    assertThat(LogScale.around(100)).isEqualTo(new LogScale(100, 1_000));
  }

  @Test
  void logScaleOfNothingIsADecade() {
    assertThat(LogScale.around()).isEqualTo(new LogScale(1, 10));
    assertThat(LogScale.around(0, 0, Double.NaN)).isEqualTo(new LogScale(1, 10));
  }

  @Test
  void logScaleNamesPowersOfTenAndWhatIsBetweenFewOfThem() {
    assertThat(LogScale.around(100, 1_000).ticks()).containsExactly(100.0, 200.0, 500.0, 1_000.0);
    assertThat(new LogScale(200, 2_000_000).ticks()).containsExactly(1e3, 1e4, 1e5, 1e6);
    assertThat(new LogScale(1, 1e16).ticks()).hasSizeLessThanOrEqualTo(9);
  }

  @Test
  void logScalePutsEqualFactorsEquallyFarApart() {
    LogScale scale = new LogScale(100, 10_000);

    assertThat(scale.at(1_000)).isCloseTo(0.5, within(1e-12));
    assertThat(scale.at(0)).isZero();
    assertThat(scale.at(1e9)).isEqualTo(1);
  }

  @Test
  void percentilesAreSpacedByTheirNines() {
    PercentileScale scale = new PercentileScale(4);

    assertThat(scale.ticks()).containsExactly(0.0, 90.0, 99.0, 99.9, 99.99);
    assertThat(scale.at(0)).isZero();
    assertThat(scale.at(90)).isCloseTo(0.25, within(1e-9));
    assertThat(scale.at(99.9)).isCloseTo(0.75, within(1e-9));
    assertThat(scale.at(100)).isEqualTo(1);
    assertThat(scale.percentileAt(0.5)).isCloseTo(99, within(1e-9));
  }

  @Test
  void percentilesGoAsFarAsThereAreValues() {
    assertThat(PercentileScale.of(0).nines()).isEqualTo(1);
    assertThat(PercentileScale.of(1).nines()).isEqualTo(1);
    assertThat(PercentileScale.of(1_000).nines()).isEqualTo(3);
    assertThat(PercentileScale.of(540_000).nines()).isEqualTo(5);
    assertThat(PercentileScale.of(Long.MAX_VALUE).nines()).isEqualTo(7);
  }

  @Test
  void ratiosStandAroundOne() {
    RatioScale scale = RatioScale.around(0.9, 1.27);

    assertThat(scale.far()).isEqualTo(1.3);
    assertThat(scale.at(1)).isEqualTo(0.5);
    assertThat(scale.at(1.3)).isCloseTo(1, within(1e-12));
    assertThat(scale.at(1 / 1.3)).isCloseTo(0, within(1e-12));
    assertThat(scale.ticks()).isSorted().hasSize(5);
  }

  @Test
  void ratiosFarOffStandAtTheEnd() {
    RatioScale scale = RatioScale.around(300, Double.NaN, 0);

    assertThat(scale.far()).isEqualTo(10);
    assertThat(scale.at(300)).isEqualTo(1);
    assertThat(scale.at(0)).isZero();
  }

  @Test
  void ratiosOfNothingAreAHairAroundOne() {
    assertThat(RatioScale.around()).isEqualTo(new RatioScale(1.01, 1.02));
  }

  @Test
  void scaleWithoutLengthIsRefused() {
    assertThatThrownBy(() -> new LogScale(10, 10)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LinearScale(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PercentileScale(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
