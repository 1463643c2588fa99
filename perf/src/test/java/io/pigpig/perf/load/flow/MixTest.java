package io.pigpig.perf.load.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Share;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MixTest {

  private static final List<Share> SHARES =
      List.of(
          new Share("orders", Kind.ORDER, 70, "", 1),
          new Share("looks", Kind.GET, 20, "/", 1),
          new Share("again", Kind.REPLAY, 10, "", 1));

  @Test
  void aRoundHasEachShareAsOftenAsItsWeightSays() {
    List<Integer> round = drawn(7, 100);
    assertThat(List.of(0, 1, 2))
        .extracting(index -> Collections.frequency(round, index))
        .containsExactly(70, 20, 10);
  }

  @Test
  void theSeedDecidesTheOrder() {
    assertThat(drawn(7, 250)).isEqualTo(drawn(7, 250)).isNotEqualTo(drawn(8, 250));
  }

  private static List<Integer> drawn(long seed, int number) {
    Mix mix = new Mix(SHARES, seed);
    return IntStream.range(0, number).map(i -> mix.next()).boxed().toList();
  }
}
