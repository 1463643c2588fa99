package io.pigpig.perf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what clients were told with what the stack shows after it settled.
 *
 * <p>Four promises: no acknowledged order is lost; a key has one order and an order one key; no SKU
 * is committed beyond its total; what a SKU has committed is what clients were told.
 */
final class HistoryChecker {

  /** A SKU's stock after the run, and what was committed before it. */
  record Stock(long total, long committed, long committedBefore) {}

  /** Counts for the table, and a sentence for each violation. */
  record Verdict(
      long acknowledged, long lost, long duplicated, long oversold, List<String> violations) {
    Verdict {
      violations = List.copyOf(violations);
    }
  }

  private final List<String> violations = new ArrayList<>();
  private final Map<String, Long> acknowledgedUnits = new HashMap<>();
  private final Map<String, String> keyOfOrder = new HashMap<>();
  private long acknowledged;
  private long lost;
  private long duplicated;
  private long oversold;

  private HistoryChecker() {}

  /**
   * @param readable ids of the orders that could be read back
   * @param stock of every SKU the history names
   */
  static Verdict check(
      List<HistoryLog.Entry> history, Set<String> readable, Map<String, Stock> stock) {
    HistoryChecker checker = new HistoryChecker();
    history.forEach(entry -> checker.checkEntry(entry, readable));
    stock.forEach(checker::checkStock);
    return new Verdict(
        checker.acknowledged,
        checker.lost,
        checker.duplicated,
        checker.oversold,
        checker.violations);
  }

  private void checkEntry(HistoryLog.Entry entry, Set<String> readable) {
    if (entry.last() == HistoryLog.Outcome.UNKNOWN || entry.last() == HistoryLog.Outcome.INVOKED) {
      violations.add("unresolved: key " + entry.key() + " never got a final answer");
    }
    if (entry.orderIds().isEmpty()) {
      return;
    }
    acknowledged++;
    acknowledgedUnits.merge(entry.sku(), (long) entry.units(), Long::sum);
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
      if (!readable.contains(id)) {
        lost++;
        violations.add("lost: order " + id + " of key " + entry.key() + " was acknowledged");
      }
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
