package io.pigpig.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryBudgetTest {

  @Test
  void theReserveIsThereToBeginWithAndThenAShareOfTheFirstAttempts() {
    RetryBudget budget = new RetryBudget(10, 5);
    assertThat(granted(budget, 10)).isEqualTo(5);
    earn(budget, 9);
    assertThat(budget.spend()).isFalse();
    earn(budget, 1);
    assertThat(budget.spend()).isTrue();
    assertThat(budget.spend()).isFalse();
  }

  @Test
  void whatIsNotSpentIsKeptUpToTheReserve() {
    RetryBudget budget = new RetryBudget(10, 5);
    earn(budget, 10_000);
    assertThat(granted(budget, 100)).isEqualTo(5);
  }

  @Test
  void noShareIsLostToRounding() {
    RetryBudget budget = new RetryBudget(7, 1_000);
    granted(budget, 1_000);
    earn(budget, 10_000);
    assertThat(granted(budget, 1_000)).isEqualTo(700);
  }

  @Test
  void withoutABudgetNothingIsTriedAgain() {
    RetryBudget none = new RetryBudget(100, 0);
    earn(none, 1_000);
    assertThat(none.spend()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "101, 1", "10, -1"})
  void whatCannotBeABudgetIsRefused(int percent, int reserveMax) {
    assertThatThrownBy(() -> new RetryBudget(percent, reserveMax))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(percent + " percent")
        .hasMessageContaining("reserve of " + reserveMax);
  }

  private static void earn(RetryBudget budget, int attempts) {
    for (int i = 0; i < attempts; i++) {
      budget.earn();
    }
  }

  private static int granted(RetryBudget budget, int asked) {
    int granted = 0;
    for (int i = 0; i < asked; i++) {
      granted += budget.spend() ? 1 : 0;
    }
    return granted;
  }
}
