package io.pigpig.perf.load.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.load.LoadPlan.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void aConstantRateHasEqualGaps() throws IOException {
    List<Long> times = times(new Phase(10, 1_000, 1_000, ""));
    assertThat(times).hasSize(10_000).startsWith(0L, 1_000_000L, 2_000_000L);
    assertThat(times.getLast()).isEqualTo(9_999_000_000L);
  }

  @Test
  void asManyArriveAsTheIntegralOfTheRateSays() throws IOException {
    assertThat(times(new Phase(10, 0, 1_000, ""))).hasSize(5_000);
    assertThat(times(new Phase(10, 1_000, 0, ""))).hasSize(5_000);
    assertThat(times(new Phase(4, 200, 1_000, ""))).hasSize(2_400);
    assertThat(times(new Phase(5, 0, 0, ""))).isEmpty();
  }

  @Test
  void halfOfARampIsAQuarterOfItsArrivals() throws IOException {
    List<Long> up = times(new Phase(10, 0, 1_000, ""));
    assertThat(up.stream().filter(time -> time < 5 * SECOND).count()).isEqualTo(1_250);
    List<Long> down = times(new Phase(10, 1_000, 0, ""));
    assertThat(down.stream().filter(time -> time < 5 * SECOND).count())
        .isCloseTo(3_750, Offset.offset(1L));
  }

  @Test
  void timesAscendThroughAllPhases() throws IOException {
    List<Long> times =
        times(
            new Phase(3, 0, 5_000, ""),
            new Phase(2, 5_000, 5_000, ""),
            new Phase(3, 5_000, 1, ""),
            new Phase(1, 0.5, 0.5, ""));
    assertThat(times).isSorted();
    assertThat(times.getFirst()).isZero();
    assertThat(times.getLast()).isLessThan(9 * SECOND);
  }

  @Test
  void fractionsOfARequestGoOnInTheNextPhase() throws IOException {
    List<Phase> phases = Collections.nCopies(100, new Phase(1, 0.25, 0.25, ""));
    assertThat(times(phases.toArray(Phase[]::new))).hasSize(25).startsWith(0L, 4 * SECOND);
  }

  @Test
  void recordedArrivalsComeAsTheyWereAfterWhatWasBefore(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("arrivals"), "0\n5\n5\n2000000000\n");
    Phase recorded = new Phase(0, 0, 0, file.toString());
    List<Phase> phases = List.of(new Phase(1, 1, 1, ""), recorded, new Phase(1, 2, 2, ""));
    assertThat(times(phases.toArray(Phase[]::new)))
        .containsExactly(
            0L, SECOND, SECOND + 5, SECOND + 5, 3 * SECOND, 3 * SECOND, 3 * SECOND + SECOND / 2);
    assertThat(Schedule.of(phases).lengthNanos()).isEqualTo(4 * SECOND);
  }

  @Test
  void recordedArrivalsThatDoNotAscendAreRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("arrivals"), "5\n4\n");
    assertThatThrownBy(() -> times(new Phase(0, 0, 0, file.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("not 4");
    Files.writeString(file, "soon\n");
    assertThatThrownBy(() -> times(new Phase(0, 0, 0, file.toString())))
        .hasMessageContaining("line 1");
  }

  private static List<Long> times(Phase... phases) throws IOException {
    Schedule schedule = Schedule.of(List.of(phases));
    List<Long> times = new ArrayList<>();
    for (long next = schedule.peekNanos(); next != Schedule.NONE; next = schedule.peekNanos()) {
      times.add(next);
      schedule.advance();
    }
    return times;
  }
}
