package io.pigpig.perf.history;

import java.util.ArrayList;
import java.util.List;

/**
 * A SKU's stock against what customers were told.
 *
 * @param oversold units that were promised and are not there
 */
record StockCheck(long oversold, List<Violation> violations) {

  StockCheck {
    violations = List.copyOf(violations);
  }

  /**
   * @param told units that were acknowledged and not given back
   */
  static StockCheck of(String sku, HistoryChecker.Stock stock, long told) {
    List<Violation> violations = new ArrayList<>();
    long oversold = 0;
    if (stock.committed() > stock.total()) {
      oversold += stock.committed() - stock.total();
      violations.add(
          new Violation(
              Promise.OVERSOLD,
              sku + " has " + stock.committed() + " committed of " + stock.total()));
    }
    if (told + stock.committedBefore() > stock.total()) {
      oversold += told + stock.committedBefore() - stock.total();
      violations.add(
          new Violation(Promise.OVERSOLD, sku + " acknowledged " + told + " of " + stock.total()));
    }
    long taken = stock.committed() - stock.committedBefore();
    if (taken != told) {
      violations.add(
          new Violation(
              Promise.DRIFT, sku + " committed " + taken + ", customers were told " + told));
    }
    return new StockCheck(oversold, violations);
  }
}
