package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FaultTest {

  @Test
  void aMixtureIsTheSameForTheSameSeedAndHasKillsAndCrashPoints() {
    List<Fault> mixture = Fault.named("random", 100, new SplittableRandom(7));
    assertThat(mixture).hasSize(100).isEqualTo(Fault.named("random", 100, new SplittableRandom(7)));
    assertThat(mixture).anyMatch(fault -> !fault.crashAt().isEmpty()).contains(Fault.FLUSH);
    assertThat(mixture).doesNotContain(Fault.PAUSE);
  }

  @Test
  void pointsAreBeforeAndAfterEveryStep() {
    List<Fault> points = Fault.named("points", 1, new SplittableRandom(1));
    assertThat(points)
        .allMatch(Fault::endsTheJvm)
        .extracting(Fault::crashAt)
        .doesNotHaveDuplicates();
    assertThat(points.getFirst().jvmFlags()).contains("-Dpigpig.crash-at=before:place_orders");
  }

  @Test
  void anUnknownFaultIsNamedWithThoseThereAre() {
    assertThatThrownBy(() -> Fault.named("flood", 1, new SplittableRandom(1)))
        .hasMessageContaining("flood")
        .hasMessageContaining("jvm+redis")
        .hasMessageContaining("points");
  }
}
