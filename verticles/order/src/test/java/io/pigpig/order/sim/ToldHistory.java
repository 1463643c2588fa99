package io.pigpig.order.sim;

import io.pigpig.order.OrderStatus;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.Operation.Kind;
import io.pigpig.order.sim.Operation.Told;
import io.pigpig.order.sim.Violations.Invariant;
import io.pigpig.perf.history.HistoryChecker;
import io.pigpig.perf.history.HistoryLog;
import io.pigpig.perf.history.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds a run against the checker that also judges the real stack: what customers were told,
 * against the rows that are left once everything has settled.
 */
final class ToldHistory {

  private final List<Operation> operations;
  private final ModelTables tables;
  private final HistoryLog log = new HistoryLog();
  private final Map<String, String> keyOfOrder = new HashMap<>();

  ToldHistory(List<Operation> operations, ModelTables tables) {
    this.operations = operations;
    this.tables = tables;
  }

  void check(Violations violations) {
    tellPlacements();
    tellPromises(Kind.PAY, HistoryLog.Promised.PAID);
    tellPromises(Kind.CANCEL, HistoryLog.Promised.CANCELLED);
    resolve();
    HistoryChecker.check(log.entries(), rows(), stock())
        .violations()
        .forEach(each -> violations.when(true, invariant(each.promise()), each.what()));
  }

  /** A yes stands; without one, an attempt of unknown outcome outweighs a refusal. */
  private void tellPlacements() {
    Map<String, Told> best = new HashMap<>();
    for (Operation operation : operations) {
      if (operation.kind != Kind.PLACE) {
        continue;
      }
      String key = operation.subject;
      log.invoke(key, operation.units);
      if (operation.order != null) {
        String orderId = operation.order.orderId().toString();
        log.ok(key, orderId);
        keyOfOrder.put(orderId, key);
      }
      best.merge(key, operation.told, ToldHistory::surer);
    }
    best.forEach(
        (key, told) -> {
          if (told == Told.UNKNOWN) {
            log.unknown(key);
          } else if (told != Told.OK) {
            log.fail(key);
          }
        });
  }

  private static Told surer(Told one, Told other) {
    if (one == Told.OK || other == Told.OK) {
      return Told.OK;
    }
    boolean unknown = one == Told.UNKNOWN || other == Told.UNKNOWN;
    return unknown ? Told.UNKNOWN : Told.NO;
  }

  private void tellPromises(Kind kind, HistoryLog.Promised promised) {
    for (Operation operation : operations) {
      String key = keyOfOrder.get(operation.subject);
      if (operation.kind == kind && operation.told == Told.OK && key != null) {
        log.promise(key, promised);
      }
    }
  }

  /** What asking again with the key would find. */
  private void resolve() {
    Map<String, OrderRow> rowOfKey = new HashMap<>();
    tables.orders.values().stream()
        .filter(row -> !row.fence)
        .forEach(row -> rowOfKey.put(row.key, row));
    for (HistoryLog.Entry entry : log.unresolved()) {
      OrderRow row = rowOfKey.get(entry.key());
      if (row == null) {
        log.fail(entry.key());
      } else {
        log.ok(entry.key(), row.id().toString());
      }
    }
  }

  private Map<String, HistoryChecker.Seen> rows() {
    Map<String, HistoryChecker.Seen> seen = new HashMap<>();
    for (OrderRow row : tables.orders.values()) {
      if (!row.fence) {
        boolean wasPaid =
            tables.events.getOrDefault(row.id(), List.of()).stream()
                .anyMatch(change -> change.status() == OrderStatus.PAID);
        seen.put(row.id().toString(), new HistoryChecker.Seen(row.status.name(), wasPaid));
      }
    }
    return seen;
  }

  private Map<String, HistoryChecker.Stock> stock() {
    Map<String, HistoryChecker.Stock> stock = new HashMap<>();
    tables.stock.forEach(
        (sku, row) -> stock.put(sku, new HistoryChecker.Stock(row.total, row.held + row.sold, 0)));
    return stock;
  }

  private static Invariant invariant(Promise promise) {
    return switch (promise) {
      case LOST -> Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST;
      case OVERSOLD -> Invariant.I2_NEVER_OVERSOLD;
      case DRIFT -> Invariant.I3_NO_HOLD_LEFT_AND_NO_DRIFT;
      case DUPLICATED -> Invariant.I4_ONE_ORDER_A_KEY;
      case BROKEN -> Invariant.I5_TERMINAL_AND_CHARGED_ONCE;
      case UNRESOLVED -> Invariant.I6_NO_REJECTED_ORDER;
    };
  }
}
