package io.pigpig.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the board remembers and when it forgets; its clock is turned by hand. */
final class SoldOutBoardTest {

  private static final Take RED = new Take(new Sku("TANK-RED-S"), 1);
  private static final Take BLUE = new Take(new Sku("TANK-BLUE-S"), 1);

  private long nanos = Long.MAX_VALUE - 10;
  private final SoldOutBoard board = new SoldOutBoard(() -> nanos, Duration.ofNanos(100));

  @Test
  void anOrderWithASoldOutLineIsKnownByThatLine() {
    assertThat(board.firstSoldOut(List.of(RED, BLUE))).isNull();
    board.markSoldOut("TANK-BLUE-S", board.reopenings());
    assertThat(board.firstSoldOut(List.of(RED, BLUE))).isEqualTo(BLUE);
    assertThat(board.firstSoldOut(List.of(RED))).isNull();
  }

  @Test
  void theGateIsAskedAgainAfterAWhileAcrossTheClocksOverflow() {
    board.markSoldOut("TANK-RED-S", board.reopenings());
    nanos += 99;
    assertThat(board.firstSoldOut(List.of(RED))).isEqualTo(RED);
    nanos += 1;
    assertThat(board.firstSoldOut(List.of(RED))).isNull();
  }

  @Test
  void unitsThatComeBackReopenTheirSkuOnly() {
    board.markSoldOut("TANK-RED-S", board.reopenings());
    board.markSoldOut("TANK-BLUE-S", board.reopenings());
    board.reopen(List.of("TANK-RED-S"));
    assertThat(board.firstSoldOut(List.of(RED))).isNull();
    assertThat(board.firstSoldOut(List.of(BLUE))).isEqualTo(BLUE);
  }

  @Test
  void anAnswerFromBeforeUnitsCameBackIsNotBelieved() {
    long asked = board.reopenings();
    board.reopen(List.of("TANK-RED-S"));
    board.markSoldOut("TANK-RED-S", asked);
    assertThat(board.firstSoldOut(List.of(RED))).isNull();
  }
}
