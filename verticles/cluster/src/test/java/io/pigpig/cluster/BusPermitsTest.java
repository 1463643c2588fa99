package io.pigpig.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.cluster.BusPermits.Permit;
import io.pigpig.cluster.ClusterSettings.BusSettings;
import io.pigpig.runtime.refusal.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BusPermitsTest {

  private static final Duration SLOW = Duration.ofMillis(200);
  private static final List<String> BOTH = List.of("a", "b");

  private final AtomicLong nowNanos = new AtomicLong(1);

  private BusPermits permits(int each) {
    return new BusPermits(new BusSettings(each, SLOW), nowNanos::get);
  }

  private void passes(Duration time) {
    nowNanos.addAndGet(time.toNanos());
  }

  @Test
  void noMoreAreUnderWayToAProcessThanItHasPermits() {
    BusPermits permits = permits(3);
    List<Permit> toA = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      toA.addAll(permits.takeEach(List.of("a")));
    }
    assertThatThrownBy(() -> permits.takeEach(BOTH))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("event bus to a is full; nothing was done");
    assertThat(permits.underWay("b")).as("none for the other then").isZero();
    assertThat(permits.underWay()).isEqualTo(3);
    assertThat(permits.refusals()).isEqualTo(1);
    assertThat(permits.takeEach(List.of("b"))).as("which has its own").hasSize(1);
    toA.getFirst().giveBack();
    toA.getFirst().giveBack();
    assertThat(permits.underWay("a")).as("once is enough").isEqualTo(2);
    assertThat(permits.takeEach(BOTH)).hasSize(2);
  }

  @Test
  void whoTakesNothingForAWhileMissesSomeAndNobodyWaitsForIt() {
    BusPermits permits = permits(2);
    List<Permit> toA = new ArrayList<>(permits.takeEach(List.of("a")));
    passes(SLOW.minusMillis(1));
    toA.addAll(permits.takeEach(List.of("a")));
    assertThatThrownBy(() -> permits.takeEach(BOTH)).isInstanceOf(RefusedException.class);
    passes(Duration.ofMillis(1));
    assertThat(permits.takeEach(BOTH)).extracting(Permit::process).containsExactly("b");
    assertThat(permits.missed()).isEqualTo(1);
    toA.getFirst().giveBack();
    assertThat(permits.takeEach(BOTH)).as("it goes on").hasSize(2);
  }

  @Test
  void aPermitIsOutForAsLongAsItsMessageIsKept() {
    BusPermits permits = permits(2);
    List<Permit> toA =
        List.of(
            permits.takeEach(List.of("a")).getFirst(), permits.takeEach(List.of("a")).getFirst());
    passes(Duration.ofDays(1));
    assertThat(permits.takeEach(BOTH)).extracting(Permit::process).containsExactly("b");
    assertThat(permits.underWay("a")).isEqualTo(2);
    toA.forEach(Permit::giveBack);
    assertThat(permits.underWay("a")).isZero();
    assertThat(permits.underWay()).isEqualTo(1);
  }
}
