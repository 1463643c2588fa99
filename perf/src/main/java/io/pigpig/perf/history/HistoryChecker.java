package io.pigpig.perf.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what clients were told with what the stack shows after it settled.
 *
 * <p>Five promises: no acknowledged order is lost; a key has one order and an order one key; no SKU
 * is committed beyond its total; what a SKU has committed is what clients were told; an order that
 * was told to be paid was, one that was told to be cancelled is.
 */
public final class HistoryChecker {

  /** A SKU's stock after the run, and what was committed before it. */
  public record Stock(long total, long committed, long committedBefore) {}

  /**
   * An order that is there.
   *
   * @param wasPaid also if it was cancelled afterwards
   */
  public record Seen(String status, boolean wasPaid) {}

  /** Counts for the table, and a sentence for each violation. */
  public record Verdict(
      long acknowledged,
      long lost,
      long duplicated,
      long oversold,
      long broken,
      List<Violation> violations) {
    public Verdict {
      violations = List.copyOf(violations);
    }
  }

  /** Statuses whose units can be bought again. */
  private static final Set<String> GAVE_BACK = Set.of("CANCELLED", "EXPIRED");

  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Long> acknowledgedUnits = new HashMap<>();
  private final Map<String, String> keyOfOrder = new HashMap<>();
  private long acknowledged;
  private long lost;
  private long duplicated;
  private long oversold;
  private long broken;

  private HistoryChecker() {}

  /**
   * Judges a history of which nothing is under way any more.
   *
   * @param readable every order that could be read back, by its id
   * @param stock of every SKU the history names
   */
  public static Verdict check(
      List<HistoryLog.Entry> history, Map<String, Seen> readable, Map<String, Stock> stock) {
    HistoryChecker checker = new HistoryChecker();
    history.forEach(entry -> checker.checkEntry(entry, readable));
    stock.forEach(checker::checkStock);
    return new Verdict(
        checker.acknowledged,
        checker.lost,
        checker.duplicated,
        checker.oversold,
        checker.broken,
        checker.violations);
  }

  private void checkEntry(HistoryLog.Entry entry, Map<String, Seen> readable) {
    if (entry.last() == HistoryLog.Outcome.UNKNOWN || entry.last() == HistoryLog.Outcome.INVOKED) {
      found(Promise.UNRESOLVED, "key " + entry.key() + " never got a final answer");
    }
    if (entry.orderIds().isEmpty()) {
      return;
    }
    acknowledged++;
    if (!entry.orderIds().stream().allMatch(id -> gaveBack(readable.get(id)))) {
      entry.units().forEach((sku, n) -> acknowledgedUnits.merge(sku, (long) n, Long::sum));
    }
    if (entry.orderIds().size() > 1) {
      duplicated++;
      found(Promise.DUPLICATED, "key " + entry.key() + " has orders " + entry.orderIds());
    }
    for (String id : entry.orderIds()) {
      String other = keyOfOrder.putIfAbsent(id, entry.key());
      if (other != null) {
        duplicated++;
        found(Promise.DUPLICATED, "order " + id + " answers keys " + other + " and " + entry.key());
      }
      Seen seen = readable.get(id);
      if (seen == null) {
        lost++;
        found(Promise.LOST, "order " + id + " of key " + entry.key() + " was acknowledged");
      }
      checkPromise(entry.promised(), id, seen);
    }
  }

  private static boolean gaveBack(@Nullable Seen seen) {
    return seen != null && GAVE_BACK.contains(seen.status);
  }

  private void checkPromise(HistoryLog.Promised promised, String id, @Nullable Seen seen) {
    boolean kept =
        switch (promised) {
          case NOTHING -> true;
          case PAID -> seen != null && seen.wasPaid;
          case CANCELLED -> seen != null && seen.status.equals("CANCELLED");
        };
    if (!kept) {
      broken++;
      found(Promise.BROKEN, "order " + id + " was " + promised + " and is " + seen);
    }
  }

  private void found(Promise promise, String what) {
    violations.add(new Violation(promise, what));
  }

  private void checkStock(String sku, Stock stock) {
    StockCheck check = StockCheck.of(sku, stock, acknowledgedUnits.getOrDefault(sku, 0L));
    oversold += check.oversold();
    violations.addAll(check.violations());
  }
}
