package io.pigpig.perf;

import io.pigpig.perf.history.HistoryChecker;
import io.pigpig.perf.history.HistoryLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets a stack come to rest and judges it.
 *
 * @param operator a token
 * @param tokens of the customers, as the keys of the history number them
 * @param committedBefore units that were committed before the history began, by SKU
 */
record Settlement(
    StackProcess stack,
    HttpShop shop,
    String operator,
    List<String> tokens,
    Map<String, Long> committedBefore) {

  private static final int READERS = 32;

  /** Two sweeps, a second apart, and five seconds. */
  private static final Duration ALLOWED = Duration.ofSeconds(2 + 5);

  /** What is later than allowed is waited for, to be told with its time. */
  private static final Duration PATIENCE = ALLOWED.plusSeconds(60);

  private static final Set<String> SOLD = Set.of("PAID", "IN_PRODUCTION", "SHIPPED");

  /**
   * What a run is judged by.
   *
   * @param acknowledgedLive orders acknowledged before keys without an answer were asked again
   * @param unsettled what was still on its way when nobody waited any longer
   */
  record Verdict(
      long acknowledgedLive,
      List<String> unsettled,
      HistoryChecker.Verdict orders,
      HoldHistory.Verdict holds,
      Books.Lateness lateness,
      List<String> chargeErrors,
      List<String> audit) {

    List<String> violations() {
      List<String> all = new ArrayList<>(unsettled);
      orders.violations().forEach(each -> all.add(each.toString()));
      all.addAll(holds.violations());
      all.addAll(lateness.violations());
      all.addAll(chargeErrors);
      all.addAll(audit);
      return all;
    }
  }

  /**
   * Asks unresolved keys again, waits until every order and hold has come to its end, reads every
   * acknowledged order back, and compares.
   *
   * @param window in which an order must be paid
   * @param outages that are not held against the stack
   */
  Verdict judge(HistoryLog history, SideLoad side, Duration window, List<Books.Outage> outages)
      throws Exception {
    long live = history.entries().stream().filter(entry -> !entry.orderIds().isEmpty()).count();
    resolveUnknown(history, side);
    Duration patience = window.plus(PATIENCE);
    List<String> unsettled = new ArrayList<>();
    if (!new Wait(Ticker.system()).until(patience, this::isSettled)) {
      unsettled.add("orders are still on their way after " + patience);
    }
    HoldHistory.Verdict holds = side.judgeHolds();
    List<HistoryLog.Entry> entries = history.entries();
    Map<String, HistoryChecker.Stock> stock = new HashMap<>();
    for (Map.Entry<String, Long> sku : committedBefore.entrySet()) {
      HttpShop.Stock now = shop.stock(sku.getKey());
      long others = sku.getValue() + holds.soldUnits().getOrDefault(sku.getKey(), 0L);
      stock.put(sku.getKey(), new HistoryChecker.Stock(now.total(), now.committed(), others));
    }
    HistoryChecker.Verdict orders = HistoryChecker.check(entries, readable(entries), stock);
    try (Books books = new Books(stack.postgresUrl());
        HttpShop payment = new HttpShop(stack.port(StackProcess.PAYMENT))) {
      return new Verdict(
          live,
          unsettled,
          orders,
          holds,
          books.lateness(ALLOWED, outages),
          books.chargeErrors(payment),
          shop.audit(operator));
    }
  }

  private boolean isSettled() {
    try {
      for (String sku : committedBefore.keySet()) {
        if (shop.stock(sku).held() != 0) {
          return false;
        }
      }
      return shop.sagas(operator, "RUNNING") == 0 && shop.sagas(operator, "PARKED") == 0;
    } catch (IOException away) {
      return false;
    }
  }

  private void resolveUnknown(HistoryLog history, SideLoad side) throws Exception {
    PatientCustomer customer = new PatientCustomer(shop);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (HistoryLog.Entry entry : history.unresolved()) {
      String token = tokens.get(OrderLoad.clientOf(entry.key()));
      calls.add(
          () -> {
            history.invoke(entry.key(), entry.units());
            String sku = entry.units().keySet().iterator().next();
            String design = side.designIn(entry.key());
            OrderLoad.record(history, entry.key(), customer.order(token, entry.key(), sku, design));
            return true;
          });
    }
    new Clients(READERS).all(calls);
  }

  /** Every order that can be read, by its id. */
  private Map<String, HistoryChecker.Seen> readable(List<HistoryLog.Entry> entries)
      throws Exception {
    Map<String, HistoryChecker.Seen> found = new ConcurrentHashMap<>();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (HistoryLog.Entry entry : entries) {
      for (String id : entry.orderIds()) {
        calls.add(() -> read(id, found));
      }
    }
    new Clients(READERS).all(calls);
    return found;
  }

  private boolean read(String orderId, Map<String, HistoryChecker.Seen> found) throws IOException {
    HttpShop.Answer answer = shop.readOrder(operator, orderId);
    if (answer.status() == 200 && orderId.equals(answer.body().getString("orderId"))) {
      String status = answer.body().getString("status");
      found.put(orderId, new HistoryChecker.Seen(status, SOLD.contains(status)));
    }
    return true;
  }
}
