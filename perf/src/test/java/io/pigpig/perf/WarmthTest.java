package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WarmthTest {

  private static final int ORDERS = 100;
  private static final int ENOUGH = 1_000;

  private long cpuMicros = 77;

  /** A slice in which an order costs so much. */
  private void slice(Warmth warmth, double microsAnOrder) {
    for (int second = 0; second < Warmth.SLICE_SECONDS; second++) {
      cpuMicros += Math.round(ORDERS * microsAnOrder);
      warmth.add(ORDERS, cpuMicros);
    }
  }

  @Test
  void aSideIsWarmOnceTwoSlicesCostAboutTheSame() {
    Warmth warmth = new Warmth(ENOUGH, cpuMicros);
    slice(warmth, 100);
    assertThat(warmth.isWarm()).as("one slice says nothing").isFalse();
    slice(warmth, 60);
    slice(warmth, 56);
    assertThat(warmth.isWarm()).as("7 %% less").isFalse();
    slice(warmth, 54);
    assertThat(warmth.isWarm()).isTrue();
    assertThat(warmth.microsAnOrder()).isEqualTo(54, within(1e-9));
  }

  @Test
  void aSideThatBecomesDearerIsNotWarmEither() {
    Warmth warmth = new Warmth(ENOUGH, cpuMicros);
    slice(warmth, 50);
    slice(warmth, 54);
    assertThat(warmth.isWarm()).isFalse();
  }

  @Test
  void aSideThatPlacesNothingIsNeverWarmByItself() {
    Warmth warmth = new Warmth(3 * Warmth.SLICE_SECONDS, cpuMicros);
    for (int second = 1; second < 3 * Warmth.SLICE_SECONDS; second++) {
      warmth.add(0, ++cpuMicros);
      assertThat(warmth.isWarm()).isFalse();
    }
    assertThat(warmth.microsAnOrder()).isNaN();
    warmth.add(0, ++cpuMicros);
    assertThat(warmth.isWarm()).as("after its time it is taken as it is").isTrue();
  }

  @Test
  void withoutATimeItIsWarmAtOnceAndStaysSo() {
    Warmth warmth = new Warmth(0, cpuMicros);
    assertThat(warmth.isWarm()).isTrue();
    slice(warmth, 100);
    slice(warmth, 10);
    assertThat(warmth.isWarm()).isTrue();
  }
}
