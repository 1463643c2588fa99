package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void intervalOfFiveRoundsIsFromTheLeastToTheMost() {
    assertThat(new Bootstrap().ofMedian(new double[] {5, 1, 3, 4, 2}))
        .isEqualTo(new Bootstrap.Interval(1, 5));
  }

  @Test
  void intervalOfManyRoundsLeavesOutliersOut() {
    double[] values = {10, 10.1, 9.9, 10, 10.2, 9.8, 10.1, 9.9, 10, 10, 10, 90};

    Bootstrap.Interval interval = new Bootstrap().ofMedian(values);

    assertThat(interval.low()).isBetween(9.8, 10.0);
    assertThat(interval.high()).isBetween(10.0, 10.2);
  }

  @Test
  void equalRoundsHaveAnIntervalOfNoLength() {
    double[] same = {7, 7, 7, 7, 7};

    assertThat(new Bootstrap().ofMedian(same)).isEqualTo(new Bootstrap.Interval(7, 7));
    assertThat(new Bootstrap().ofMedianRatio(same, same)).isEqualTo(new Bootstrap.Interval(1, 1));
    assertThat(new Bootstrap().ofMedianDifference(same, same))
        .isEqualTo(new Bootstrap.Interval(0, 0));
  }

  @Test
  void medianOfAnEvenNumberIsBetweenBoth() {
    assertThat(Median.of(4, 1, 3, 2)).isEqualTo(2.5);
    assertThat(Median.of(3, 1, 2)).isEqualTo(2);
    assertThat(Median.of()).isNaN();
  }
}
