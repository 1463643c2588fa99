package io.pigpig.perf.load.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadResult.Interval;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondsTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<Interval> closed = new ArrayList<>();
  private final Seconds seconds = new Seconds(second -> closed.add(second.interval()));

  @Test
  void eachCountsInItsOwnSecondAlsoWhenTheLoopIsLate() {
    seconds.at(0).offered(1);
    // An answer of the fourth second is read before the arrivals of the second one are seen.
    seconds.at(3 * SECOND + 5).accepted("order", 7_000);
    seconds.at(SECOND).offered(2);
    seconds.at(2 * SECOND - 1).offered(3);
    assertThat(seconds.closeBefore(3 * SECOND + 6)).isTrue();
    assertThat(closed).extracting(Interval::second).containsExactly(0, 1, 2);
    assertThat(closed).extracting(Interval::offered).containsExactly(1L, 5L, 0L);
    seconds.closeAll();
    assertThat(closed.getLast().accepted()).containsEntry("order", 1L);
    assertThat(closed.getLast().acceptedLatency().max()).isEqualTo(7);
  }

  @Test
  void secondsInWhichNothingHappensAreClosedAsWell() {
    assertThat(seconds.closeBefore(SECOND - 1)).isFalse();
    assertThat(seconds.closeBefore(3 * SECOND)).isTrue();
    assertThat(closed).extracting(Interval::second).containsExactly(0, 1, 2);
    seconds.closeAll();
    assertThat(closed).hasSize(4);
  }

  @Test
  void codesWithoutEndAreCountedTogether() {
    for (int i = 0; i < 1_000; i++) {
      seconds.at(0).refused("CODE_" + i, 1);
    }
    seconds.closeAll();
    assertThat(closed.getFirst().refused()).hasSize(65).containsEntry("OTHER", 936L);
  }
}
