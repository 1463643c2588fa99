package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What of the starter's JVM flags the processes of a cluster get. */
final class MemberFlagsTest {

  private static final List<String> OWN =
      List.of("-XX:+UseParallelGC", "-Xms512m", "-Xmx1g", "-Dpigpig.root=x", "-Dx=y");

  @Test
  void allButTheHeapOfASingleProcess() {
    assertThat(MemberFlags.of(OWN, "-Dx=y"))
        .containsExactly("-XX:+UseParallelGC", "-Dpigpig.root=x", "-Dx=y", "-Xms128m", "-Xmx512m");
    assertThat(MemberFlags.of(List.of(), "")).containsExactly("-Xms128m", "-Xmx512m");
  }

  @Test
  void theHeapThatWasAskedForIsTheirsToo() {
    for (String heap : List.of("-Xmx2g", "-XX:MaxRAMPercentage=20", "-XX:InitialHeapSize=64m")) {
      List<String> own = List.of("-Xms512m", "-Xmx1g", "-Dx=y", heap);
      assertThat(MemberFlags.of(own, " -Dx=y  " + heap)).isEqualTo(own);
    }
  }
}
