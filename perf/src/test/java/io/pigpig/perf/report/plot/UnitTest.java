package io.pigpig.perf.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitTest {

  @Test
  void threeDigitsMatter() {
    assertThat(Unit.number(0)).isEqualTo("0");
    assertThat(Unit.number(19_461.4)).isEqualTo("19,461");
    assertThat(Unit.number(60.94)).isEqualTo("60.9");
    assertThat(Unit.number(9.996)).isEqualTo("10.0");
    assertThat(Unit.number(0.9999)).isEqualTo("1.00");
    assertThat(Unit.number(0.0208)).isEqualTo("0.021");
    assertThat(Unit.number(-2.5)).isEqualTo("-2.50");
    assertThat(Unit.number(Double.NaN)).isEqualTo("-");
  }

  @Test
  void timesAndSizesTakeTheLargestUnitTheyReach() {
    assertThat(Unit.MICROS.format(61.2)).isEqualTo("61.2 us");
    assertThat(Unit.MICROS.format(14_800)).isEqualTo("14.8 ms");
    assertThat(Unit.MICROS.format(2.5e6)).isEqualTo("2.50 s");
    assertThat(Unit.BYTES.format(645)).isEqualTo("645 B");
    assertThat(Unit.BYTES.format(1_024)).isEqualTo("1.00 KiB");
    assertThat(Unit.BYTES.format(3L << 40)).isEqualTo("3,072 GiB");
    assertThat(Unit.PERCENT.format(Double.POSITIVE_INFINITY)).isEqualTo("-");
  }

  @Test
  void roundNumbersHaveNoZerosBehindThem() {
    assertThat(Unit.round(0)).isEqualTo("0");
    assertThat(Unit.round(0.30000000000000004)).isEqualTo("0.3");
    assertThat(Unit.round(99.99)).isEqualTo("99.99");
    assertThat(Unit.round(20_000)).isEqualTo("20,000");
    assertThat(Unit.roundMicros(200)).isEqualTo("200 us");
    assertThat(Unit.roundMicros(5_000)).isEqualTo("5 ms");
    assertThat(Unit.roundMicros(1e6)).isEqualTo("1 s");
  }
}
