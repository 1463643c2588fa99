package io.pigpig.perf;

import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_CANCELLED;
import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_CONFIRMED;
import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_DIFFERS;
import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_EXISTS;
import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_EXPIRED;
import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_HELD;
import static io.pigpig.proto.stock.v1.HoldCode.HOLD_CODE_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.proto.stock.v1.HoldCode;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldHistoryTest {

  private static final Set<HoldCode> HELD = Set.of(HOLD_CODE_HELD);
  private static final Set<HoldCode> CONFIRM = Set.of(HOLD_CODE_CONFIRMED);

  @Test
  void aHoldEndsAsItsMakerAskedOrExpires() {
    assertThat(HoldHistory.broken(HELD, Set.of(), HOLD_CODE_EXPIRED)).isEmpty();
    assertThat(HoldHistory.broken(HELD, CONFIRM, HOLD_CODE_CONFIRMED)).isEmpty();
    assertThat(HoldHistory.broken(HELD, CONFIRM, HOLD_CODE_EXPIRED)).isEmpty();
    assertThat(HoldHistory.broken(HELD, Set.of(), HOLD_CODE_CONFIRMED)).contains("nobody asked");
    assertThat(HoldHistory.broken(HELD, CONFIRM, HOLD_CODE_CANCELLED)).contains("nobody asked");
  }

  @Test
  void aHoldOfWhichItsMakerWasToldNothingMayBeThereOrNot() {
    assertThat(HoldHistory.broken(Set.of(), Set.of(), HOLD_CODE_HELD)).isEmpty();
    assertThat(HoldHistory.broken(Set.of(), Set.of(), HOLD_CODE_SHORT)).isEmpty();
    assertThat(HoldHistory.broken(Set.of(), Set.of(), HOLD_CODE_EXPIRED)).isEmpty();
  }

  @Test
  void aHoldThatWasToldIsNotForgottenAndNotKeptForEver() {
    assertThat(HoldHistory.broken(HELD, Set.of(), HOLD_CODE_HELD)).contains("lost");
    assertThat(HoldHistory.broken(HELD, Set.of(), HOLD_CODE_SHORT)).contains("lost");
    assertThat(HoldHistory.broken(HELD, Set.of(), HOLD_CODE_DIFFERS)).contains("lost");
    assertThat(HoldHistory.broken(Set.of(), Set.of(), HOLD_CODE_EXISTS)).contains("never settled");
  }

  @Test
  void aFinalCodeStays() {
    assertThat(HoldHistory.broken(CONFIRM, CONFIRM, HOLD_CODE_EXPIRED)).contains("did not stay");
    assertThat(HoldHistory.broken(Set.of(HOLD_CODE_EXPIRED), CONFIRM, HOLD_CODE_CONFIRMED))
        .contains("did not stay");
  }
}
