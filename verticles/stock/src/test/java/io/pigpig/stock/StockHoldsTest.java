package io.pigpig.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.stock.StockHolds.Code;
import io.pigpig.stock.postgres.PostgresHoldLedger;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Try, Confirm and Cancel in every order, on the real ledger and gate. */
final class StockHoldsTest {

  private static final Logger log = LoggerFactory.getLogger(StockHoldsTest.class);
  private static final Sku WHITE = new Sku("TEE-CLASSIC-WHITE-M");
  private static final Sku BLACK = new Sku("TEE-CLASSIC-BLACK-M");
  private static final List<Take> TWO = List.of(new Take(WHITE, 2));
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration BRIEF = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final GateLoop loop;
  private final HoldLedger ledger;
  private final StockHolds holds;
  private final UUID id = UUID.randomUUID();

  StockHoldsTest() throws Exception {
    loop = GateLoop.fresh("holds");
    StockSettings settings = SettingsReader.read(StockSettings.class, Map.of("hold-kept", "1s"));
    ledger = new PostgresHoldLedger(loop.link(), settings);
    holds = new LedgerStockHolds(ledger, loop.unitsBack, settings);
  }

  @AfterEach
  void close() throws Exception {
    loop.close();
  }

  @Test
  void aHoldIsTakenOnceSoldOnceAndStaysSold() throws Exception {
    assertThat(hold(TWO)).isEqualTo(Code.HELD);
    assertThat(hold(TWO)).isEqualTo(Code.EXISTS);
    assertThat(hold(List.of(new Take(WHITE, 1), new Take(WHITE, 1))))
        .as("the same demand")
        .isEqualTo(Code.EXISTS);
    assertThat(hold(List.of(new Take(WHITE, 3)))).isEqualTo(Code.DIFFERS);
    assertLevels(2, 0);
    assertThat(confirm()).isEqualTo(Code.CONFIRMED);
    assertThat(confirm()).isEqualTo(Code.CONFIRMED);
    assertThat(cancel()).isEqualTo(Code.CONFIRMED);
    assertThat(hold(TWO)).isEqualTo(Code.CONFIRMED);
    assertLevels(0, 2);
  }

  @Test
  void aCancelGivesBackOnceAndALateTryIsRefused() throws Exception {
    assertThat(hold(TWO)).isEqualTo(Code.HELD);
    assertThat(cancel()).isEqualTo(Code.CANCELLED);
    assertThat(cancel()).isEqualTo(Code.CANCELLED);
    assertThat(confirm()).isEqualTo(Code.CANCELLED);
    assertThat(hold(TWO)).isEqualTo(Code.CANCELLED);
    assertLevels(0, 0);
  }

  @Test
  void anEmptyCancelLeavesATombstone() throws Exception {
    assertThat(cancel()).isEqualTo(Code.CANCELLED);
    assertThat(hold(TWO)).isEqualTo(Code.CANCELLED);
    assertThat(confirm()).isEqualTo(Code.CANCELLED);
    assertLevels(0, 0);
  }

  @Test
  void anEmptyConfirmLeavesNone() throws Exception {
    assertThat(confirm()).isEqualTo(Code.NOT_FOUND);
    assertThat(hold(TWO)).isEqualTo(Code.HELD);
    assertThat(confirm()).isEqualTo(Code.CONFIRMED);
  }

  @Test
  void whatIsShortIsNotRemembered() throws Exception {
    loop.sql("UPDATE stock SET total = 1 WHERE sku = '" + WHITE + "'");
    assertThat(hold(List.of(new Take(BLACK, 1), new Take(WHITE, 2)))).isEqualTo(Code.SHORT);
    assertThat(hold(List.of(new Take(new Sku("NEVER-SEEN"), 1)))).isEqualTo(Code.SHORT);
    loop.sql("UPDATE stock SET total = 2 WHERE sku = '" + WHITE + "'");
    assertThat(hold(TWO)).isEqualTo(Code.HELD);
  }

  @Test
  void anExpiredHoldGivesBackAndIsConfirmedOnlyWhileThereAreUnits() throws Exception {
    assertThat(holdFor(TWO, BRIEF)).isEqualTo(Code.HELD);
    expireAll();
    assertLevels(0, 0);
    assertThat(hold(TWO)).isEqualTo(Code.EXPIRED);
    assertThat(cancel()).isEqualTo(Code.EXPIRED);
    loop.sql("UPDATE stock SET total = 1 WHERE sku = '" + WHITE + "'");
    assertThat(confirm()).isEqualTo(Code.EXPIRED);
    loop.sql("UPDATE stock SET total = 10000 WHERE sku = '" + WHITE + "'");
    assertThat(confirm()).as("decided anew").isEqualTo(Code.CONFIRMED);
    assertLevels(0, 2);
    assertThat(confirm()).isEqualTo(Code.CONFIRMED);
    assertLevels(0, 2);
  }

  @Test
  void aHoldThatNoSweepHasSeenIsConfirmedAlthoughItsTimeIsOver() throws Exception {
    holdFor(TWO, BRIEF);
    Eventually.holds("over", PATIENCE, () -> counts("expires_at <= now()") == 1);
    assertThat(confirm()).isEqualTo(Code.CONFIRMED);
    assertThat(loop.call(ledger::expireSome).holds()).isZero();
    assertLevels(0, 2);
  }

  @Test
  void whatEndedLongAgoIsForgotten() throws Exception {
    cancel();
    hold(UUID.randomUUID(), TWO, LONG);
    UUID sold = UUID.randomUUID();
    hold(sold, TWO, LONG);
    loop.call(() -> holds.confirm(sold));
    Eventually.holds(
        "forgotten",
        PATIENCE,
        () -> {
          called(ledger::expireSome);
          return counts("true") == 2;
        });
    assertThat(count("state IN (1, 2)")).as("what is held or sold is not").isEqualTo(2);
  }

  @Test
  void wrongCallsAreRefused() {
    assertThatThrownBy(() -> hold(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> holdFor(TWO, Duration.ofDays(1)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.refusal())
                    .isEqualTo(
                        new Refusal.InvalidRequest(
                            "a hold lasts at most 3600000 ms, not 86400000")));
    assertThatThrownBy(() -> holdFor(TWO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copiesOfEachPhaseAtOnceMoveTheUnitsOnce() throws Exception {
    assertThat(copies(() -> holds.hold(id, TWO, LONG)))
        .containsOnlyOnce(Code.HELD)
        .containsOnly(Code.HELD, Code.EXISTS);
    assertLevels(2, 0);
    assertThat(copies(() -> holds.confirm(id))).containsOnly(Code.CONFIRMED);
    assertLevels(0, 2);
    assertThat(copies(() -> holds.cancel(id))).containsOnly(Code.CONFIRMED);
    assertLevels(0, 2);
  }

  @Test
  void callsInAnyOrderAndNumberAddUp() throws Exception {
    long seed = new Random().nextLong();
    log.info("seed {}", seed);
    Random random = new Random(seed);
    loop.sql("UPDATE stock SET total = 40 WHERE sku IN ('" + WHITE + "', '" + BLACK + "')");
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, 40, BLACK, 40);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ids.add(UUID.randomUUID());
    }
    for (int round = 0; round < 40; round++) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(anyCall(ids.get(random.nextInt(ids.size())), random));
      }
      loop.call(() -> Future.join(calls).mapEmpty());
      assertThat(
              loop.number(
                  "SELECT count(*) FROM stock s WHERE held <> (SELECT coalesce(sum(u.q), 0)"
                      + " FROM hold h, unnest(h.skus, h.units) AS u (sku, q)"
                      + " WHERE u.sku = s.sku AND h.state = 1)"
                      + " OR sold <> (SELECT coalesce(sum(u.q), 0)"
                      + " FROM hold h, unnest(h.skus, h.units) AS u (sku, q)"
                      + " WHERE u.sku = s.sku AND h.state = 2)"))
          .as("seed " + seed)
          .isZero();
    }
    assertThat(loop.call(loop.keeper::drift)).as("between gate and ledger").isZero();
  }

  private Future<?> anyCall(UUID which, Random random) {
    List<Take> lines =
        List.of(new Take(WHITE, 1 + Math.floorMod(which.hashCode(), 3)), new Take(BLACK, 1));
    Duration time = random.nextBoolean() ? LONG : BRIEF;
    return switch (random.nextInt(5)) {
      case 0 -> loop.begin(() -> holds.confirm(which));
      case 1 -> loop.begin(() -> holds.cancel(which));
      case 2 ->
          loop.begin(
              () -> ledger.expireSome().compose(swept -> loop.unitsBack.giveBack(swept.units())));
      default -> loop.begin(() -> holds.hold(which, lines, time));
    };
  }

  private List<Code> copies(Supplier<Future<Code>> call) throws Exception {
    List<Future<Code>> answers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      answers.add(loop.begin(call));
    }
    return loop.call(() -> Future.all(answers).map(all -> all.<Code>list()));
  }

  private Code hold(List<Take> lines) throws Exception {
    return holdFor(lines, LONG);
  }

  private Code holdFor(List<Take> lines, Duration time) throws Exception {
    return hold(id, lines, time);
  }

  private Code hold(UUID which, List<Take> lines, Duration time) throws Exception {
    return loop.call(() -> holds.hold(which, lines, time));
  }

  private Code confirm() throws Exception {
    return loop.call(() -> holds.confirm(id));
  }

  private Code cancel() throws Exception {
    return loop.call(() -> holds.cancel(id));
  }

  private void expireAll() {
    Eventually.holds(
        "expired",
        PATIENCE,
        () -> {
          HoldLedger.Expired swept = called(ledger::expireSome);
          called(() -> loop.unitsBack.giveBack(swept.units()));
          return swept.holds() == 1;
        });
  }

  private void assertLevels(long held, long sold) throws Exception {
    assertThat(loop.call(() -> loop.ledger.levels(List.of(WHITE))))
        .containsExactly(new StockLevel(WHITE, 10_000, held, sold));
    assertThat(String.valueOf(loop.redis(Command.HGET, loop.keys.stock(), WHITE)))
        .as("the gate")
        .isEqualTo(Long.toString(10_000 - held - sold));
  }

  private long count(String which) throws Exception {
    return loop.number("SELECT count(*) FROM hold WHERE " + which);
  }

  private long counts(String which) {
    return called(
        () ->
            loop.link()
                .query("SELECT count(*) FROM hold WHERE " + which, Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong(0)));
  }

  private <T> T called(Supplier<Future<T>> work) {
    try {
      return loop.call(work);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
