package io.pigpig.perf;

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
 * was told to be paid is sold, one that was told to be cancelled is.
 */
final class HistoryChecker {

  /** A SKU's stock after the run, and what was committed before it. */
  record Stock(long total, long committed, long committedBefore) {}

  /** Counts for the table, and a sentence for each violation. */
  record Verdict(
      long acknowledged,
      long lost,
      long duplicated,
      long oversold,
      long broken,
      List<String> violations) {
    Verdict {
      violations = List.copyOf(violations);
    }
  }

  /** Statuses whose units can be bought again. */
  private static final Set<String> GAVE_BACK = Set.of("CANCELLED", "EXPIRED");

  private static final Set<String> SOLD = Set.of("PAID", "IN_PRODUCTION", "SHIPPED");

  private final List<String> violations = new ArrayList<>();
  private final Map<String, Long> acknowledgedUnits = new HashMap<>();
  private final Map<String, String> keyOfOrder = new HashMap<>();
  private long acknowledged;
  private long lost;
  private long duplicated;
  private long oversold;
  private long broken;

  private HistoryChecker() {}

  /**
   * @param readable the status of every order that could be read back, by its id
   * @param stock of every SKU the history names
   */
  static Verdict check(
      List<HistoryLog.Entry> history, Map<String, String> readable, Map<String, Stock> stock) {
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

  private void checkEntry(HistoryLog.Entry entry, Map<String, String> readable) {
    if (entry.last() == HistoryLog.Outcome.UNKNOWN || entry.last() == HistoryLog.Outcome.INVOKED) {
      violations.add("unresolved: key " + entry.key() + " never got a final answer");
    }
    if (entry.orderIds().isEmpty()) {
      return;
    }
    acknowledged++;
    if (!entry.orderIds().stream()
        .allMatch(id -> GAVE_BACK.contains(readable.getOrDefault(id, "")))) {
      acknowledgedUnits.merge(entry.sku(), (long) entry.units(), Long::sum);
    }
    if (entry.orderIds().size() > 1) {
      duplicated++;
      violations.add("duplicate: key " + entry.key() + " has orders " + entry.orderIds());
    }
    for (String id : entry.orderIds()) {
      String other = keyOfOrder.putIfAbsent(id, entry.key());
      if (other != null) {
        duplicated++;
        violations.add("shared: order " + id + " answers keys " + other + " and " + entry.key());
      }
      String status = readable.get(id);
      if (status == null) {
        lost++;
        violations.add("lost: order " + id + " of key " + entry.key() + " was acknowledged");
      }
      checkPromise(entry.promised(), id, status);
    }
  }

  private void checkPromise(HistoryLog.Promised promised, String id, @Nullable String status) {
    boolean kept =
        switch (promised) {
          case NOTHING -> true;
          case PAID -> SOLD.contains(String.valueOf(status));
          case CANCELLED -> "CANCELLED".equals(status);
        };
    if (!kept) {
      broken++;
      violations.add("broken: order " + id + " was " + promised + " and is " + status);
    }
  }

  private void checkStock(String sku, Stock stock) {
    if (stock.committed > stock.total) {
      oversold += stock.committed - stock.total;
      violations.add(
          "oversold: " + sku + " has " + stock.committed + " committed of " + stock.total);
    }
    long told = acknowledgedUnits.getOrDefault(sku, 0L);
    long taken = stock.committed - stock.committedBefore;
    if (told + stock.committedBefore > stock.total) {
      oversold += told + stock.committedBefore - stock.total;
      violations.add("oversold: " + sku + " acknowledged " + told + " of " + stock.total);
    }
    if (taken != told) {
      violations.add("drift: " + sku + " committed " + taken + ", clients were told " + told);
    }
  }
}
