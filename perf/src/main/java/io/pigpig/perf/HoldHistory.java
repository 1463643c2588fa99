package io.pigpig.perf;

import io.pigpig.proto.stock.v1.HoldCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the makers of holds were told, by id, against what became of them. Thread-safe; at most one
 * entry a hold.
 */
final class HoldHistory {

  /** Codes that no other may follow. */
  private static final Set<HoldCode> FINAL =
      EnumSet.of(
          HoldCode.HOLD_CODE_CONFIRMED, HoldCode.HOLD_CODE_CANCELLED, HoldCode.HOLD_CODE_EXPIRED);

  /** Codes of a hold whose units were held. */
  private static final Set<HoldCode> TAKEN =
      EnumSet.of(HoldCode.HOLD_CODE_HELD, HoldCode.HOLD_CODE_EXISTS, HoldCode.HOLD_CODE_CONFIRMED);

  private static final int ATTEMPTS_MAX = 100;
  private static final Duration ASKED = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /**
   * @param wanted ends that its maker asked for, answered or not
   */
  private record Told(String sku, Set<HoldCode> codes, Set<HoldCode> wanted) {}

  /**
   * What became of the holds.
   *
   * @param soldUnits of confirmed holds, by SKU
   */
  record Verdict(
      Map<String, Long> soldUnits, Map<HoldCode, Integer> ends, List<String> violations) {
    Verdict {
      soldUnits = Map.copyOf(soldUnits);
      ends = Map.copyOf(ends);
      violations = List.copyOf(violations);
    }
  }

  private final Map<UUID, Told> told = new ConcurrentHashMap<>();
  private final Wait wait = new Wait(Ticker.system());

  /** Before the first call of a hold leaves. */
  void begin(UUID id, String sku) {
    told.put(id, new Told(sku, ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet()));
  }

  /** Before the call that is to bring the hold to this end leaves. */
  void want(UUID id, HoldCode end) {
    find(id).wanted().add(end);
  }

  void told(UUID id, HoldCode code) {
    find(id).codes().add(code);
  }

  private Told find(UUID id) {
    Told hold = told.get(id);
    if (hold == null) {
      throw new IllegalStateException("hold " + id + " was never begun");
    }
    return hold;
  }

  /**
   * Asks every hold what it is by trying it again, once its time is over. A hold that never was is
   * made by this, and cancelled at once.
   */
  Verdict judge(GrpcHolds holds) throws IOException {
    Map<String, Long> sold = new HashMap<>();
    Map<HoldCode, Integer> ends = new HashMap<>();
    List<String> violations = new ArrayList<>();
    for (Map.Entry<UUID, Told> hold : told.entrySet()) {
      UUID id = hold.getKey();
      String sku = hold.getValue().sku();
      HoldCode end = ask(() -> holds.hold(id, sku, ASKED));
      ends.merge(end, 1, Integer::sum);
      if (end == HoldCode.HOLD_CODE_CONFIRMED) {
        sold.merge(sku, 1L, Long::sum);
      } else if (end == HoldCode.HOLD_CODE_HELD) {
        ask(() -> holds.cancel(id));
      }
      String broken = broken(hold.getValue().codes(), hold.getValue().wanted(), end);
      if (!broken.isEmpty()) {
        violations.add("hold " + id + " " + broken);
      }
    }
    return new Verdict(sold, ends, violations);
  }

  /**
   * What is wrong with a hold, or an empty string.
   *
   * @param codes its maker was told
   * @param wanted ends its maker asked for
   * @param end what trying it again, once its time is over, answers
   */
  static String broken(Set<HoldCode> codes, Set<HoldCode> wanted, HoldCode end) {
    boolean taken = codes.stream().anyMatch(TAKEN::contains);
    String seen = ": its maker wanted " + wanted + ", was told " + codes + ", and it is " + end;
    if (end == HoldCode.HOLD_CODE_EXISTS) {
      return "was never settled" + seen;
    }
    if (taken && !FINAL.contains(end)) {
      return "is lost" + seen;
    }
    if (codes.stream().anyMatch(code -> FINAL.contains(code) && code != end)) {
      return "did not stay what it was" + seen;
    }
    boolean asked = end == HoldCode.HOLD_CODE_EXPIRED || wanted.contains(end);
    return FINAL.contains(end) && !asked ? "came to an end that nobody asked for" + seen : "";
  }

  /** A call that is answered with a code. */
  @FunctionalInterface
  private interface Question {
    HoldCode ask() throws IOException;
  }

  private HoldCode ask(Question question) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return question.ask();
      } catch (IOException noAnswer) {
        if (attempt == ATTEMPTS_MAX) {
          throw noAnswer;
        }
        wait.pause(PAUSE);
      }
    }
  }
}
