package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.catalog.Sku;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines survive their text. */
final class LineTextTest {

  private static final Sku TEE = new Sku("TEE-CLASSIC-WHITE-M");

  @Test
  void linesAreReadAsTheyWereWritten() {
    List<OrderLine> lines =
        List.of(
            new OrderLine(TEE, 2, 4900, null),
            new OrderLine(new Sku("TANK-RED-S"), 100, 10_000_000, "a".repeat(64)),
            new OrderLine(TEE, 1, 1, null));
    assertThat(LineText.write(lines))
        .isEqualTo(
            "TEE-CLASSIC-WHITE-M*2*4900;TANK-RED-S*100*10000000*"
                + "a".repeat(64)
                + ";TEE-CLASSIC-WHITE-M*1*1");
    assertThat(LineText.read(LineText.write(lines))).isEqualTo(lines);
  }

  @Test
  void textOfAnotherFormIsRefused() {
    for (String wrong :
        List.of("", "TEE", "TEE*1", "TEE*1*2*3*4", "TEE*x*2", "TEE*1*2;", "T*1*2")) {
      assertThatThrownBy(() -> LineText.read(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
