package io.pigpig.perf.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pigpig.perf.load.HistoryFile;
import io.pigpig.perf.load.HistoryFile.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each violation is planted once: an audit that catches nothing proves nothing. */
class LedgerAuditTest {

  private static final String SKU = "TEE-1";
  private static final int MANY = 5_000_000;

  private final LedgerAudit audit = new LedgerAudit("run-");
  private final Map<UUID, String> keysOfOrders = new HashMap<>();

  @Test
  void whatWasToldAndWhatIsThereAgree() {
    acknowledge(1);
    store(1);
    told(2, Outcome.REFUSED, null);

    LedgerAudit.Verdict verdict = verdict(10, 1);

    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.broken().values()).containsOnly(0L);
    assertThat(verdict.broken()).doesNotContainKey(Promise.UNRESOLVED);
    assertThat(verdict.orders()).isEqualTo(1);
  }

  @Test
  void theLedgerSaysWhatBecameOfAnOrderWithoutAnAnswer() {
    told(1, Outcome.UNKNOWN, null);
    told(2, Outcome.UNKNOWN, null);
    acknowledge(3);
    assertThat(audit.told()).isEqualTo(new LedgerAudit.Told(1, 2, List.of()));
    store(1);
    store(3);

    LedgerAudit.Verdict verdict = verdict(10, 2);

    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.orders()).isEqualTo(2);
  }

  @Test
  void anAcceptanceThatNamesNoOrderIsBrokenWhetherTheOrderIsThereOrNot() {
    told(1, Outcome.ACCEPTED, null);
    told(2, Outcome.ACCEPTED, null);
    store(1);
    assertThat(audit.told().acknowledged()).isZero();

    LedgerAudit.Verdict verdict = verdict(10, 1);

    assertThat(verdict.broken()).containsEntry(Promise.BROKEN, 2L);
    assertThat(verdict.violations()).hasSize(2);
    assertThat(verdict.violations().getFirst())
        .hasToString(
            "BROKEN: key run-000000000001 was accepted with an answer that names no order");
  }

  @Test
  void aLaterAnswerThatNamesNoOrderTakesNothingBackAndIsBroken() {
    acknowledge(1);
    told(1, Outcome.ACCEPTED, null);
    store(1);

    onlyViolation(verdict(10, 1), Promise.BROKEN, "names no order");
  }

  @Test
  void theLedgerIsNotAskedWithoutEnd() {
    int orders = 2 * LedgerAudit.ASKED_MAX;
    for (int number = 1; number <= orders; number++) {
      acknowledge(number);
    }
    AtomicInteger asked = new AtomicInteger();

    LedgerAudit.Verdict verdict =
        audit.verdict(
            Map.of(),
            id -> {
              asked.incrementAndGet();
              return "theirs";
            });

    assertThat(asked).hasValue(LedgerAudit.ASKED_MAX);
    assertThat(verdict.broken())
        .containsEntry(Promise.DUPLICATED, (long) LedgerAudit.ASKED_MAX)
        .containsEntry(Promise.LOST, (long) LedgerAudit.ASKED_MAX);
  }

  @Test
  void anAcknowledgedOrderThatIsNotThereIsLost() {
    acknowledge(1);
    acknowledge(2);
    store(2);

    onlyViolation(verdict(10, 2), Promise.LOST, id(1) + " of key run-000000000001");
  }

  @Test
  void aKeyThatWasToldTwoOrdersIsADuplicate() {
    acknowledge(1);
    told(1, Outcome.ACCEPTED, id(7));
    store(1);

    onlyViolation(verdict(10, 1), Promise.DUPLICATED, "told orders " + id(1) + " and " + id(7));
  }

  @Test
  void aKeyThatHasTwoOrdersIsADuplicate() {
    acknowledge(1);
    store(1);
    store(1, id(7), false);

    assertThat(verdict(10, 1).violations())
        .allMatch(violation -> violation.promise() == Promise.DUPLICATED)
        .anyMatch(violation -> violation.what().contains("has two orders"));
  }

  @Test
  void anOrderUnderAnotherIdThanItsCustomerWasToldIsADuplicate() {
    acknowledge(1);
    store(1, id(7), false);

    onlyViolation(verdict(10, 1), Promise.DUPLICATED, "was told order " + id(1));
  }

  @Test
  void anOrderThatAnswersTwoKeysIsADuplicateAndNotLost() {
    acknowledge(1);
    store(1);
    told(2, Outcome.ACCEPTED, id(1));
    keysOfOrders.put(id(1), "run-000000000001");

    onlyViolation(verdict(10, 2), Promise.DUPLICATED, id(1) + " answers key run-000000000002");
  }

  @Test
  void aRefusalThatOwnsAnOrderIsBroken() {
    told(1, Outcome.REFUSED, null);
    store(1);

    onlyViolation(verdict(10, 0), Promise.BROKEN, "was refused and has " + id(1));
  }

  @Test
  void anOrderThatNobodyAskedForIsBroken() {
    told(1, Outcome.REFUSED, null);
    store(3);

    onlyViolation(verdict(10, 0), Promise.BROKEN, "run-000000000003 has an order and was never");
  }

  @Test
  void moreAcknowledgedThanThereIsIsOversold() {
    acknowledge(1);
    store(1);
    acknowledge(2);
    store(2);

    assertThat(verdict(1, 2).violations())
        .allMatch(violation -> violation.promise() == Promise.OVERSOLD)
        .hasSize(2);
  }

  @Test
  void aLedgerThatCommittedOtherThanItSaidHasDrifted() {
    acknowledge(1);
    store(1);

    onlyViolation(verdict(10, 2), Promise.DRIFT, "TEE-1 committed 2, customers were told 1");
  }

  @Test
  void anExpiredOrderHasGivenItsUnitBack() {
    acknowledge(1);
    store(1, id(1), true);

    assertThat(verdict(10, 0).violations()).isEmpty();
  }

  @Test
  void ofManyViolationsTheFirstAreShownAndAllAreCounted() {
    for (int number = 1; number <= 50; number++) {
      acknowledge(number);
    }

    LedgerAudit.Verdict verdict = verdict(100, 50);

    assertThat(verdict.broken()).containsEntry(Promise.LOST, 50L);
    assertThat(verdict.violations()).hasSize(21);
    assertThat(verdict.violations().getLast()).hasToString("LOST: and 30 more like these");
  }

  @Test
  void aLostOrderAmongFiveMillionIsFound() {
    for (int number = 1; number <= MANY; number++) {
      acknowledge(number);
    }
    for (int number = MANY; number >= 1; number--) {
      if (number != 4_711) {
        store(number);
      }
    }

    LedgerAudit.Verdict verdict = verdict(MANY, MANY);

    assertThat(verdict.orders()).isEqualTo(MANY - 1);
    onlyViolation(verdict, Promise.LOST, "of key run-000000004711");
  }

  @Test
  void moreThanItHasRoomForIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> acknowledge(LedgerAudit.ORDERS_MAX + 1))
        .withMessageContaining(Integer.toString(LedgerAudit.ORDERS_MAX + 1));
  }

  private void acknowledge(long number) {
    told(number, Outcome.ACCEPTED, id(number));
  }

  private void told(long number, Outcome outcome, @Nullable UUID id) {
    audit.told(new HistoryFile.Entry(number, SKU, outcome, id));
  }

  private void store(long number) {
    store(number, id(number), false);
  }

  private void store(long number, UUID id, boolean gaveBack) {
    audit.stored(new LedgerAudit.Stored(number, id, SKU, gaveBack));
  }

  private static UUID id(long number) {
    return new UUID(0x7000L << 32 | number, number);
  }

  private LedgerAudit.Verdict verdict(long total, long committed) {
    return audit.verdict(
        Map.of(SKU, new HistoryChecker.Stock(total, committed, 0)), keysOfOrders::get);
  }

  private static void onlyViolation(LedgerAudit.Verdict verdict, Promise promise, String what) {
    assertThat(verdict.violations()).singleElement().asString().startsWith(promise + ": ");
    assertThat(verdict.violations().getFirst().what()).contains(what);
  }
}
