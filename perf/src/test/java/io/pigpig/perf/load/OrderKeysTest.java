package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OrderKeysTest {

  private static final OrderKeys KEYS = new OrderKeys(1_700_000_000, "r");

  @Test
  void keysAreWhatTheContractTakes() {
    String longest = "r".repeat(40);
    assertThat(KEYS.key(1)).isEqualTo("1700000000-r-000000000001").matches("[A-Za-z0-9_-]{16,64}");
    assertThat(new OrderKeys(5, longest).key(999_999_999_999L)).matches("[A-Za-z0-9_-]{16,64}");
  }

  @Test
  void keysAreInTheOrderOfTheirNumbers() {
    assertThat(LongStream.of(1, 9, 10, 99_999, 100_000, 999_999_999_999L).mapToObj(KEYS::key))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void aNumberThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> KEYS.key(1_000_000_000_000L)).hasMessageContaining("1000000000000");
    assertThatThrownBy(() -> KEYS.key(0)).hasMessageContaining("not 0");
  }
}
