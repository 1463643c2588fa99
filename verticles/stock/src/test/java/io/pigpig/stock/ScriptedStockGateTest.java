package io.pigpig.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gate on a real Redis: what it grants, and when it closes rather than guess. */
final class ScriptedStockGateTest {

  private static final Sku WHITE = new Sku("TEE-CLASSIC-WHITE-M");
  private static final Sku RED = new Sku("TANK-RED-S");
  private static final Duration OPEN_WITHIN = Duration.ofSeconds(20);

  private final GateLoop loop;

  ScriptedStockGateTest() throws Exception {
    loop = GateLoop.fresh("gate");
  }

  @BeforeEach
  void fewUnits() throws Exception {
    set(WHITE, 5);
    set(RED, 3);
  }

  @AfterEach
  void close() throws Exception {
    loop.close();
  }

  @Test
  void anOrderTakesAllItsLinesOrNone() throws Exception {
    assertThat(take(new Take(WHITE, 2), new Take(RED, 1))).isEqualTo(Verdict.GRANTED);
    assertThat(take(new Take(WHITE, 2), new Take(RED, 3)))
        .isEqualTo(new Verdict.FallsShort(new Take(RED, 3)));
    assertThat(units(WHITE)).isEqualTo(3);
    assertThat(units(RED)).isEqualTo(2);
  }

  @Test
  void linesOfTheSameSkuAddUp() throws Exception {
    assertThat(take(new Take(WHITE, 3), new Take(RED, 1), new Take(WHITE, 3)))
        .isEqualTo(new Verdict.FallsShort(new Take(WHITE, 3)));
    assertThat(units(WHITE)).isEqualTo(5);
    assertThat(units(RED)).isEqualTo(3);
    assertThat(take(new Take(WHITE, 3), new Take(WHITE, 2))).isEqualTo(Verdict.GRANTED);
    assertThat(units(WHITE)).isZero();
  }

  @Test
  void aSkuThatTheGateDoesNotKnowHasNoUnits() throws Exception {
    Take unknown = new Take(new Sku("NEVER-SEEN"), 1);
    assertThat(take(unknown)).isEqualTo(new Verdict.FallsShort(unknown));
  }

  @Test
  void missingKeysCloseTheGateUntilItIsRebuilt() throws Exception {
    for (String key : List.of(loop.keys.stock(), loop.keys.epoch())) {
      loop.redis(Command.DEL, key);
      assertThat(take(new Take(WHITE, 1))).isInstanceOf(Verdict.Closed.class);
      awaitOpen();
      assertThat(units(WHITE)).isEqualTo(5);
    }
    assertThat(loop.keeper.rebuilds()).isEqualTo(3);
  }

  @Test
  void aGateOfALaterEpochThatTheLedgerBeganIsAdopted() throws Exception {
    StockLedger.Snapshot next = loop.call(() -> loop.ledger.nextEpoch(0));
    loop.redis(Command.SET, loop.keys.epoch(), next.epoch());
    assertThat(take(new Take(WHITE, 1))).isInstanceOf(Verdict.Closed.class);
    awaitOpen();
    assertThat(loop.keeper.rebuilds()).isEqualTo(1);
  }

  @Test
  void aGateFromThePastIsNotTrustedButBuiltAnew() throws Exception {
    String past = String.valueOf(loop.redis(Command.GET, loop.keys.epoch()));
    loop.redis(Command.DEL, loop.keys.epoch());
    assertThat(take(new Take(WHITE, 1))).isInstanceOf(Verdict.Closed.class);
    awaitOpen();
    loop.redis(Command.SET, loop.keys.epoch(), past);
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, 9999);
    assertThat(take(new Take(WHITE, 6))).isInstanceOf(Verdict.Closed.class);
    awaitOpen();
    assertThat(units(WHITE)).isEqualTo(5);
  }

  @Test
  void aGateOfAnEpochThatTheLedgerNeverBeganIsBuiltAnewUnderALaterOne() throws Exception {
    loop.redis(Command.SET, loop.keys.epoch(), 1000);
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, 9999);
    assertThat(take(new Take(WHITE, 6))).isInstanceOf(Verdict.Closed.class);
    awaitOpen();
    assertThat(units(WHITE)).isEqualTo(5);
    assertThat(String.valueOf(loop.redis(Command.GET, loop.keys.epoch()))).isEqualTo("1001");
  }

  @Test
  void scriptsThatRedisHasForgottenAreSentAgain() throws Exception {
    loop.redis(Command.SCRIPT, "FLUSH");
    assertThat(take(new Take(WHITE, 1))).isEqualTo(Verdict.GRANTED);
    assertThat(units(WHITE)).isEqualTo(4);
  }

  @Test
  void driftInEitherDirectionIsCorrectedOnceItStandsStill() throws Exception {
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, 9);
    loop.redis(Command.HSET, loop.keys.stock(), RED, 1);
    loop.call(loop.keeper::reconcile);
    assertThat(units(WHITE)).as("one look says nothing about standing still").isEqualTo(9);
    assertThat(loop.call(loop.keeper::drift)).isEqualTo(2);
    loop.standStill();
    loop.call(loop.keeper::reconcile);
    assertThat(units(WHITE)).isEqualTo(5);
    assertThat(units(RED)).isEqualTo(3);
    assertThat(loop.call(loop.keeper::drift)).isZero();
    assertThat(loop.keeper.corrections()).isEqualTo(2);
  }

  @Test
  void aSkuThatMovesIsLeftAloneUntilItIsStill() throws Exception {
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, 4);
    loop.call(loop.keeper::reconcile);
    assertThat(take(new Take(WHITE, 1))).isEqualTo(Verdict.GRANTED);
    loop.standStill();
    loop.call(loop.keeper::reconcile);
    assertThat(units(WHITE)).isEqualTo(3);
    loop.standStill();
    loop.call(loop.keeper::reconcile);
    assertThat(units(WHITE)).isEqualTo(5);
  }

  @Test
  void aMissingSkuIsPutBackAndANegativeOneIsPutRight() throws Exception {
    loop.redis(Command.HDEL, loop.keys.stock(), RED);
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, -4);
    assertThat(take(new Take(WHITE, 1))).isInstanceOf(Verdict.FallsShort.class);
    loop.call(loop.keeper::reconcile);
    loop.standStill();
    loop.call(loop.keeper::reconcile);
    assertThat(units(WHITE)).isEqualTo(5);
    assertThat(units(RED)).isEqualTo(3);
  }

  @Test
  void reconcilingAMissingGateBuildsIt() throws Exception {
    loop.redis(Command.DEL, loop.keys.stock());
    assertThat(loop.call(loop.keeper::drift)).isPositive();
    loop.call(loop.keeper::reconcile);
    assertThat(loop.call(loop.keeper::drift)).isZero();
    assertThat(units(WHITE)).isEqualTo(5);
  }

  @Test
  void adjustmentsAddUpBeforeTheOrdersOfTheirBatch() throws Exception {
    Verdict verdict =
        loop.call(
            () -> {
              loop.gate.adjust(Map.of(WHITE, 4L, RED, -2L));
              loop.gate.adjust(Map.of(WHITE, -1L));
              return loop.gate.take(List.of(new Take(WHITE, 8), new Take(RED, 1)));
            });
    assertThat(verdict).isEqualTo(Verdict.GRANTED);
    assertThat(units(WHITE)).isZero();
    assertThat(units(RED)).isZero();
  }

  @Test
  void aSoldOutSkuIsOnTheBoardUntilUnitsComeBack() throws Exception {
    assertThat(take(new Take(RED, 3))).isEqualTo(Verdict.GRANTED);
    Take one = new Take(RED, 1);
    assertThat(take(one)).isEqualTo(new Verdict.FallsShort(one));
    assertThat(onBoard(one)).isTrue();
    loop.call(() -> loop.unitsBack.giveBack(Map.of(RED, 1L)));
    assertThat(onBoard(one)).isFalse();
    assertThat(take(one)).isEqualTo(Verdict.GRANTED);
  }

  private boolean onBoard(Take take) throws Exception {
    return loop.call(
        () -> io.vertx.core.Future.succeededFuture(loop.board.firstSoldOut(List.of(take)) != null));
  }

  private Verdict take(Take... lines) throws Exception {
    return loop.call(() -> loop.gate.take(List.of(lines)));
  }

  private void awaitOpen() {
    Eventually.holds("the gate open", OPEN_WITHIN, loop::isOpen);
  }

  private long units(Sku sku) throws Exception {
    Response units = loop.redis(Command.HGET, loop.keys.stock(), sku);
    return units == null ? 0 : units.toLong();
  }

  private void set(Sku sku, long total) throws Exception {
    loop.sql("UPDATE stock SET total = " + total + " WHERE sku = '" + sku + "'");
    loop.redis(Command.HSET, loop.keys.stock(), sku, total);
  }
}
