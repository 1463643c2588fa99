package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.RunRecord.Where;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeedComparisonTest {

  private static final Where HERE = new Where("cpu", 2, "6.1", "25", "abc", 0);

  @Test
  void fiveRoundsThatAgreeGetAVerdict() {
    assertThat(afterRounds(5).tables().getFirst().rows())
        .contains(
            List.of("accepted orders", "100 /s", "50.0 /s", "0.500", "0.500 to 0.500", "worse"));
  }

  @Test
  void threeRoundsDecideNothing() {
    assertThat(afterRounds(3).tables().getFirst().text()).contains("too few rounds");
    assertThat(afterRounds(3).ok()).isTrue();
  }

  @Test
  void orderThatWasAcceptedAndNotStoredIsAViolation() {
    SpeedComparison comparison = new SpeedComparison("role all", "bare path");
    comparison.add("role all", new SpeedRound(figures(1_000), 1, 1, 1, 1, 999));
    comparison.add("bare path", round(1_000));

    assertThat(comparison.report(HERE, List.of()).violations())
        .containsExactly("role all: 1000 accepted, 999 stored");
  }

  private static Findings afterRounds(int rounds) {
    SpeedComparison comparison = new SpeedComparison("role all", "bare path");
    for (int i = 0; i < rounds; i++) {
      comparison.add("role all", round(500));
      comparison.add("bare path", round(1_000));
    }
    return comparison.report(HERE, List.of());
  }

  private static SpeedRound round(long accepted) {
    return new SpeedRound(figures(accepted), 20_000, 10_000, 5_000, 9_000, accepted);
  }

  private static WrkFigures figures(long accepted) {
    return new WrkFigures(accepted, 10_000_000, 0, 0, 1_500, 9_000);
  }
}
