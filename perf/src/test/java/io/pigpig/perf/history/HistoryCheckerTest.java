package io.pigpig.perf.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each violation is planted once: a checker that catches nothing proves nothing. */
class HistoryCheckerTest {

  private final HistoryLog history = new HistoryLog();

  @Test
  void cleanHistoryHasNoViolation() {
    acknowledge("key-1", "order-1");
    history.invoke("key-2", Map.of("TEE-1", 1));
    history.fail("key-2");

    HistoryChecker.Verdict verdict = check(Set.of("order-1"), 10, 1);

    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.acknowledged()).isEqualTo(1);
  }

  @Test
  void acknowledgedOrderThatCannotBeReadIsLost() {
    acknowledge("key-1", "order-1");

    HistoryChecker.Verdict verdict = check(Set.of(), 10, 1);

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.violations()).singleElement().asString().startsWith("LOST: order order-1");
  }

  @Test
  void keyWithTwoOrdersIsADuplicate() {
    acknowledge("key-1", "order-1");
    acknowledge("key-1", "order-2");

    HistoryChecker.Verdict verdict = check(Set.of("order-1", "order-2"), 10, 1);

    assertThat(verdict.duplicated()).isEqualTo(1);
    assertThat(verdict.violations()).singleElement().asString().startsWith("DUPLICATED: key key-1");
  }

  @Test
  void orderUnderTwoKeysIsCaught() {
    acknowledge("key-1", "order-1");
    acknowledge("key-2", "order-1");

    assertThat(check(Set.of("order-1"), 10, 2).duplicated()).isEqualTo(1);
  }

  @Test
  void moreAcknowledgedThanThereIsIsOversold() {
    acknowledge("key-1", "order-1");
    acknowledge("key-2", "order-2");

    HistoryChecker.Verdict verdict = check(Set.of("order-1", "order-2"), 1, 1);

    assertThat(verdict.oversold()).isEqualTo(1);
    assertThat(verdict.violations()).anyMatch(v -> v.toString().startsWith("OVERSOLD: TEE-1"));
  }

  @Test
  void moreCommittedThanThereIsIsOversold() {
    assertThat(check(Set.of(), 1, 3).oversold()).isEqualTo(2);
  }

  @Test
  void orderBehindARefusalShowsAsDrift() {
    history.invoke("key-1", Map.of("TEE-1", 1));
    history.fail("key-1");

    assertThat(check(Set.of(), 10, 1).violations())
        .singleElement()
        .asString()
        .startsWith("DRIFT: TEE-1 committed 1");
  }

  @Test
  void unknownOutcomeThatWasNeverResolvedIsReported() {
    history.invoke("key-1", Map.of("TEE-1", 1));
    history.unknown("key-1");

    assertThat(check(Set.of(), 10, 0).violations())
        .anyMatch(v -> v.promise() == Promise.UNRESOLVED);
  }

  @Test
  void unknownOutcomeThatARetryResolvedIsOneOrder() {
    history.invoke("key-1", Map.of("TEE-1", 1));
    history.unknown("key-1");
    assertThat(history.unresolved()).hasSize(1);
    acknowledge("key-1", "order-1");

    assertThat(history.unresolved()).isEmpty();
    assertThat(check(Set.of("order-1"), 10, 1).violations()).isEmpty();
  }

  private void acknowledge(String key, String orderId) {
    history.invoke(key, Map.of("TEE-1", 1));
    history.ok(key, orderId);
  }

  @Test
  void anOrderThatGaveItsUnitsBackCommitsNone() {
    acknowledge("key-1", "order-1");
    assertThat(check(Map.of("order-1", "EXPIRED"), 10, 0).violations()).isEmpty();
    assertThat(check(Map.of("order-1", "EXPIRED"), 10, 1).violations())
        .singleElement()
        .asString()
        .startsWith("DRIFT: TEE-1 committed 1");
  }

  @Test
  void aPaymentOrCancellationThatDidNotLastIsABrokenPromise() {
    acknowledge("key-1", "order-1");
    history.promise("key-1", HistoryLog.Promised.PAID);
    assertThat(check(Map.of("order-1", "SHIPPED"), 10, 1).broken()).isZero();
    assertThat(check(Map.of("order-1", "EXPIRED"), 10, 0).broken()).isEqualTo(1);
    history.promise("key-1", HistoryLog.Promised.CANCELLED);
    assertThat(check(Map.of("order-1", "CANCELLED"), 10, 0).broken()).isZero();
    assertThat(check(Map.of("order-1", "SHIPPED"), 10, 1).broken()).isEqualTo(1);
  }

  private HistoryChecker.Verdict check(Set<String> readable, long total, long committed) {
    Map<String, String> pending = new HashMap<>();
    readable.forEach(id -> pending.put(id, "PENDING_PAYMENT"));
    return check(pending, total, committed);
  }

  private HistoryChecker.Verdict check(Map<String, String> status, long total, long committed) {
    Map<String, HistoryChecker.Seen> seen = new HashMap<>();
    status.forEach((id, s) -> seen.put(id, new HistoryChecker.Seen(s, s.equals("SHIPPED"))));
    return HistoryChecker.check(
        history.entries(), seen, Map.of("TEE-1", new HistoryChecker.Stock(total, committed, 0)));
  }
}
