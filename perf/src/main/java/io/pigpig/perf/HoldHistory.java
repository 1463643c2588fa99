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
      EnumSet.of(HoldCode.HOLD_CODE_CONFIRMED, HoldCode.HOLD_CODE_CANCELLED);

  /** Codes of a hold whose units were held. */
  private static final Set<HoldCode> TAKEN =
      EnumSet.of(HoldCode.HOLD_CODE_HELD, HoldCode.HOLD_CODE_EXISTS, HoldCode.HOLD_CODE_CONFIRMED);

  private static final int ATTEMPTS_MAX = 100;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private record Told(String sku, Set<HoldCode> codes) {}

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
    told.put(id, new Told(sku, ConcurrentHashMap.newKeySet()));
  }

  void told(UUID id, HoldCode code) {
    Told hold = told.get(id);
    if (hold == null) {
      throw new IllegalStateException("hold " + id + " was never begun");
    }
    hold.codes().add(code);
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
      Set<HoldCode> codes = hold.getValue().codes();
      HoldCode end = ask(holds, id, sku);
      ends.merge(end, 1, Integer::sum);
      if (end == HoldCode.HOLD_CODE_CONFIRMED) {
        sold.merge(sku, 1L, Long::sum);
      } else if (end == HoldCode.HOLD_CODE_HELD) {
        holds.cancel(id);
      }
      if (end == HoldCode.HOLD_CODE_EXISTS) {
        violations.add("hold " + id + " was never settled; its maker was told " + codes);
      }
      boolean gone = end == HoldCode.HOLD_CODE_HELD || end == HoldCode.HOLD_CODE_SHORT;
      if (gone && codes.stream().anyMatch(TAKEN::contains)) {
        violations.add("hold " + id + " is lost; its maker was told " + codes);
      }
      for (HoldCode last : FINAL) {
        if (codes.contains(last) && end != last) {
          violations.add("hold " + id + " was told " + codes + " and is " + end);
        }
      }
    }
    return new Verdict(sold, ends, violations);
  }

  private HoldCode ask(GrpcHolds holds, UUID id, String sku) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return holds.hold(id, sku, Duration.ofSeconds(10));
      } catch (IOException noAnswer) {
        if (attempt == ATTEMPTS_MAX) {
          throw noAnswer;
        }
        wait.pause(PAUSE);
      }
    }
  }
}
