package io.pigpig.perf;

import io.pigpig.perf.history.HistoryChecker;
import io.pigpig.perf.history.HistoryLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A stack with stock, customers and a history that outlives its faults.
 *
 * <p>Owned by one thread. One of its SKUs has only {@value #SCARCE_UNITS} units, so that every
 * fault also meets a SKU about to sell out.
 */
final class CrashRig implements AutoCloseable {

  static final Duration SAGA_LEASE = Duration.ofSeconds(3);

  private static final Duration PAYMENT_WINDOW = Duration.ofSeconds(30);

  private static final int NOT_ASKED = 1;

  /** So slowly a busy machine may place the orders that are to be held at once. */
  private static final int HOLDS_A_SECOND = 400;

  /** Two sweeps and five seconds after an order's window; a minute more is the audit's to judge. */
  private static final Duration SETTLED = Duration.ofSeconds(2 + 5 + 60);

  private static final Duration FSYNC_FAILS = Duration.ofSeconds(3);
  private static final Duration DISK_FULL = Duration.ofSeconds(3);
  private static final Duration CRASHED = Duration.ofSeconds(12);
  private static final Duration AFTERWARDS = Duration.ofSeconds(1);
  private static final int SKUS = 8;
  private static final int SCARCE_UNITS = 2_000;
  private static final int PLENTY_UNITS = 1_000_000;
  private static final int READERS = 32;

  private static final Set<String> SOLD = Set.of("PAID", "IN_PRODUCTION", "SHIPPED");

  /** Back to normal means this part of the rate before the fault. */
  private static final double NORMAL = 0.5;

  private static final Duration RATE_WINDOW = Duration.ofMillis(500);

  private final StackProcess stack;
  private final PerfOptions options;
  private final HttpShop shop;
  private final HistoryLog history = new HistoryLog();
  private final Map<String, Long> committedBefore = new HashMap<>();
  private final List<String> tokens = new ArrayList<>();
  private final Ticker ticker = Ticker.system();
  private final Wait wait = new Wait(ticker);
  private @Nullable SmallDisk disk;
  private String operator = "";
  private int loads;
  private long acknowledged;

  private CrashRig(StackProcess stack, PerfOptions options) {
    this.stack = stack;
    this.options = options;
    this.shop = new HttpShop(stack.ports().http());
  }

  static CrashRig prepare(StackProcess stack, PerfOptions options) throws IOException {
    CrashRig rig = new CrashRig(stack, options);
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

  /** Short, so that every order comes to its end, but long enough for {@code --live-holds}. */
  static Duration paymentWindow(PerfOptions options) {
    return PAYMENT_WINDOW.plusSeconds(liveHolds(options) / HOLDS_A_SECOND);
  }

  private static int liveHolds(PerfOptions options) {
    return options.number("live-holds", NOT_ASKED);
  }

  /** Says which disk the stack's folder is on. */
  CrashRig on(SmallDisk small) {
    disk = small;
    return this;
  }

  /**
   * How a round went.
   *
   * @param liveHolds units that were held for orders before the fault, when there had to be some
   * @param struck whether a crash point was reached, or a failing flush noticed
   * @param sinceStore from the moment in which the store could be used again, empty or recovered,
   *     to the first order whose request left after it; null where that moment is not looked for
   */
  record Round(
      long liveHolds, boolean struck, Duration untilServed, @Nullable Duration sinceStore) {}

  /** Load, fault, recovery, load. */
  Round round(Fault fault, Duration before, Duration serving) throws Exception {
    if (!fault.crashAt().isEmpty()) {
      stack.kill(List.of(StackProcess.JVM));
      stack.start(fault.jvmFlags());
    }
    List<String> skus = List.copyOf(committedBefore.keySet());
    try (OrderLoad load = new OrderLoad(shop, history, skus, ticker)) {
      long start = ticker.nanos();
      load.start(tokens, "crash-" + ++loads + "-" + start);
      wait.pause(before);
      long liveHolds = awaitHolds();
      double rate = load.accepted() / ((ticker.nanos() - start) / 1e9);
      boolean struck = strike(fault);
      long struckAt = ticker.nanos();
      if (fault.endsTheJvm()) {
        stack.start();
      }
      boolean accepting = !fault.endsPostgresUnderTheJvm() || awaitPostgres(serving);
      long backAt = accepting && fault.endsPostgresUnderTheJvm() ? ticker.nanos() : struckAt;
      boolean served = accepting && wait.until(serving, () -> load.servedSince(backAt));
      Duration sinceBack = Duration.ofNanos(ticker.nanos() - backAt);
      if (fault.equals(Fault.FLUSH)) {
        served &= awaitRate(load, rate * NORMAL, serving);
      }
      Duration untilServed = Duration.ofNanos(ticker.nanos() - struckAt);
      if (!served) {
        throw new IOException(fault + ": nothing served within " + serving);
      }
      wait.pause(AFTERWARDS);
      load.stop();
      acknowledged += load.accepted();
      boolean known = fault.equals(Fault.FLUSH) || fault.endsPostgresUnderTheJvm();
      return new Round(liveHolds, struck, untilServed, known ? sinceBack : null);
    }
  }

  /**
   * Waits under load until so many units are held as the options ask for; how many there are, or 0
   * when they do not ask, as a program about to crash cannot be asked either.
   */
  private long awaitHolds() throws IOException {
    if (liveHolds(options) == NOT_ASKED) {
      return 0;
    }
    long end = ticker.nanos() + paymentWindow(options).toNanos();
    long held = held();
    while (held < liveHolds(options)) {
      if (ticker.nanos() - end > 0) {
        throw new IOException("only " + held + " live holds within the payment window");
      }
      wait.pause(RATE_WINDOW);
      held = held();
    }
    return held;
  }

  private long held() throws IOException {
    long held = 0;
    for (String sku : committedBefore.keySet()) {
      held += shop.stock(sku).held();
    }
    return held;
  }

  /** Whether Postgres, after it was killed, gives sessions again; asked every 10 ms. */
  private boolean awaitPostgres(Duration deadline) throws IOException {
    int port = stack.files().port(StackProcess.POSTGRES);
    return wait.until(deadline, () -> !PostgresSocket.accepts(port))
        && wait.until(deadline, () -> PostgresSocket.accepts(port));
  }

  /** Orders acknowledged so far, in all rounds. */
  long acknowledged() {
    return acknowledged;
  }

  private boolean strike(Fault fault) throws IOException {
    if (fault.equals(Fault.FLUSH)) {
      RedisSocket.flushAll(stack.files().port(StackProcess.REDIS));
    } else if (fault.equals(Fault.DISK) && disk != null) {
      disk.fill(wait, DISK_FULL);
    } else if (fault.equals(Fault.FSYNC)) {
      ProcessHandle server =
          ProcessHandle.of(stack.pid(StackProcess.POSTGRES))
              .orElseThrow(() -> new IOException("Postgres is not there"));
      Path log = stack.files().log(StackProcess.POSTGRES);
      return FailingFsync.of(server, log, wait, FSYNC_FAILS);
    } else if (fault.equals(Fault.PAUSE)) {
      stack.pause(wait, SAGA_LEASE.multipliedBy(2));
    } else if (fault.crashAt().isEmpty()) {
      stack.kill(fault.killed());
    } else {
      provoke(fault);
      boolean crashed = wait.until(CRASHED, () -> !stack.isAlive());
      if (!crashed) {
        stack.kill(List.of(StackProcess.JVM));
      }
      return crashed;
    }
    return true;
  }

  /** Some steps are only taken when something is wrong. */
  private void provoke(Fault fault) throws IOException {
    if (fault.needsASilentPeer()) {
      stack.kill(List.of(StackProcess.PAYMENT));
    } else if (fault.needsDrift()) {
      RedisSocket.takeOneUnit(stack.files().port(StackProcess.REDIS));
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

  /**
   * Asks unresolved keys again, waits until every order has come to its end, reads every
   * acknowledged one back, and compares.
   */
  HistoryChecker.Verdict settleAndCheck() throws Exception {
    resolveUnknown();
    Duration settled = paymentWindow(options).plus(SETTLED);
    if (!wait.until(settled, this::isSettled)) {
      throw new IOException("orders are still on their way after " + settled);
    }
    List<HistoryLog.Entry> entries = history.entries();
    Map<String, HistoryChecker.Stock> stock = new HashMap<>();
    for (Map.Entry<String, Long> sku : committedBefore.entrySet()) {
      HttpShop.Stock now = shop.stock(sku.getKey());
      stock.put(
          sku.getKey(), new HistoryChecker.Stock(now.total(), now.committed(), sku.getValue()));
    }
    return HistoryChecker.check(entries, readable(entries), stock);
  }

  private boolean isSettled() {
    try {
      return held() == 0
          && shop.sagas(operator, "RUNNING") == 0
          && shop.sagas(operator, "PARKED") == 0;
    } catch (IOException away) {
      return false;
    }
  }

  private void resolveUnknown() throws Exception {
    PatientCustomer customer = new PatientCustomer(shop);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (HistoryLog.Entry entry : history.unresolved()) {
      String token = tokens.get(OrderLoad.clientOf(entry.key()));
      calls.add(
          () -> {
            history.invoke(entry.key(), entry.units());
            String sku = entry.units().keySet().iterator().next();
            OrderLoad.record(history, entry.key(), customer.order(token, entry.key(), sku));
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

  List<String> audit() throws IOException {
    return shop.audit(operator);
  }

  @Override
  public void close() {
    shop.close();
  }
}
