package io.pigpig.perf;

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
 * A stack with stock, customers and a history that outlives its faults.
 *
 * <p>Owned by one thread. One of its SKUs has only {@value #SCARCE_UNITS} units, so that every
 * fault also meets a SKU about to sell out.
 */
final class CrashRig implements AutoCloseable {

  private static final int SKUS = 8;
  private static final int SCARCE_UNITS = 2_000;
  private static final int PLENTY_UNITS = 1_000_000;
  private static final int READERS = 32;

  /** Back to normal means this part of the rate before the fault. */
  private static final double NORMAL = 0.5;

  private static final Duration RATE_WINDOW = Duration.ofMillis(500);

  private final StackProcess stack;
  private final HttpShop shop;
  private final HistoryLog history = new HistoryLog();
  private final Map<String, Long> committedBefore = new HashMap<>();
  private final List<String> tokens = new ArrayList<>();
  private final Ticker ticker = Ticker.system();
  private final Wait wait = new Wait(ticker);
  private String operator = "";
  private int loads;

  private CrashRig(StackProcess stack) {
    this.stack = stack;
    this.shop = new HttpShop(stack.ports().http());
  }

  static CrashRig prepare(StackProcess stack, PerfOptions options) throws IOException {
    CrashRig rig = new CrashRig(stack);
    rig.operator = rig.shop.token("perf-operator", "operator");
    for (int i = 0; i < options.number("clients", 32); i++) {
      rig.tokens.add(rig.shop.token("perf-" + i, "customer"));
    }
    for (String sku : rig.shop.skus().subList(0, SKUS)) {
      int units = rig.committedBefore.isEmpty() ? SCARCE_UNITS : PLENTY_UNITS;
      rig.committedBefore.put(sku, rig.shop.stock(sku).committed());
      rig.shop.setStock(rig.operator, sku, units);
    }
    return rig;
  }

  /** Load, fault, recovery, load; answers how long nothing was served. */
  Duration round(String fault, Duration before, Duration serving, Duration afterwards)
      throws Exception {
    List<String> skus = List.copyOf(committedBefore.keySet());
    try (OrderLoad load = new OrderLoad(shop, history, skus, ticker)) {
      long start = ticker.nanos();
      load.start(tokens, "crash-" + ++loads + "-" + stack.pid(StackProcess.JVM));
      wait.pause(before);
      double rate = load.accepted() / ((ticker.nanos() - start) / 1e9);
      strike(fault);
      long struck = ticker.nanos();
      if (fault.equals("jvm") || fault.equals("all")) {
        stack.start();
      }
      boolean served =
          fault.equals("flushall")
              ? awaitRate(load, rate * NORMAL, serving)
              : wait.until(serving, () -> load.servedSince(struck));
      long nanos = ticker.nanos() - struck;
      if (!served) {
        throw new IOException(fault + ": nothing served within " + serving);
      }
      wait.pause(afterwards);
      load.stop();
      return Duration.ofNanos(nanos);
    }
  }

  private void strike(String fault) throws IOException {
    switch (fault) {
      case "flushall" -> RedisSocket.flushAll(stack.files().port(StackProcess.REDIS));
      case "all" ->
          stack.kill(List.of(StackProcess.JVM, StackProcess.POSTGRES, StackProcess.REDIS));
      default -> stack.kill(List.of(fault));
    }
  }

  /** Steps of half a second until one of them reaches the rate. */
  private boolean awaitRate(OrderLoad load, double perSecond, Duration deadline) {
    long end = ticker.nanos() + deadline.toNanos();
    while (ticker.nanos() - end < 0) {
      long before = load.accepted();
      wait.pause(RATE_WINDOW);
      if ((load.accepted() - before) * 1_000.0 / RATE_WINDOW.toMillis() >= perSecond) {
        return true;
      }
    }
    return false;
  }

  /** Asks unresolved keys again, reads every acknowledged order back, and compares. */
  HistoryChecker.Verdict settleAndCheck() throws Exception {
    resolveUnknown();
    List<HistoryLog.Entry> entries = history.entries();
    Map<String, HistoryChecker.Stock> stock = new HashMap<>();
    for (Map.Entry<String, Long> sku : committedBefore.entrySet()) {
      HttpShop.Stock now = shop.stock(sku.getKey());
      stock.put(
          sku.getKey(), new HistoryChecker.Stock(now.total(), now.committed(), sku.getValue()));
    }
    return HistoryChecker.check(entries, readable(entries), stock);
  }

  private void resolveUnknown() throws Exception {
    PatientCustomer customer = new PatientCustomer(shop);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (HistoryLog.Entry entry : history.unresolved()) {
      String token = tokens.get(OrderLoad.clientOf(entry.key()));
      calls.add(
          () -> {
            history.invoke(entry.key(), entry.sku(), entry.units());
            OrderLoad.record(history, entry.key(), customer.order(token, entry.key(), entry.sku()));
            return true;
          });
    }
    new Clients(READERS).all(calls);
  }

  private Set<String> readable(List<HistoryLog.Entry> entries) throws Exception {
    Set<String> found = ConcurrentHashMap.newKeySet();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (HistoryLog.Entry entry : entries) {
      for (String id : entry.orderIds()) {
        calls.add(() -> isReadable(id) && found.add(id));
      }
    }
    new Clients(READERS).all(calls);
    return found;
  }

  private boolean isReadable(String orderId) throws IOException {
    HttpShop.Answer answer = shop.readOrder(operator, orderId);
    return answer.status() == 200 && orderId.equals(answer.body().getString("orderId"));
  }

  List<String> audit() throws IOException {
    return shop.audit(operator);
  }

  @Override
  public void close() {
    shop.close();
  }
}
