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
    assertThat(mixture).anyMatch(fault -> fault.crashAt() != null).contains(Fault.FLUSH);
    assertThat(mixture).doesNotContain(Fault.PAUSE);
  }

  @Test
  void pointsAreBeforeAndAfterEveryStep() {
    List<Fault> points = Fault.named("points", 1, new SplittableRandom(1));
    assertThat(points)
        .allMatch(Fault::endsTheJvm)
        .extracting(Fault::jvmFlags)
        .doesNotHaveDuplicates();
    assertThat(points.getFirst().jvmFlags()).contains("-Dpigpig.crash-at=before:place_orders");
  }

  @Test
  void aPointIsNamedWithAColonToo() {
    List<Fault> one = Fault.named("after:INSERT INTO designs", 1, new SplittableRandom(1));
    assertThat(one.getFirst().jvmFlags())
        .contains("-Dpigpig.crash-at=after:INSERT~INTO~designs")
        .noneMatch(flag -> flag.contains(" "));
  }

  @Test
  void anUnknownFaultIsNamedWithThoseThereAre() {
    assertThatThrownBy(() -> Fault.named("flood", 1, new SplittableRandom(1)))
        .hasMessageContaining("flood")
        .hasMessageContaining("jvm+redis")
        .hasMessageContaining("points");
  }
}
