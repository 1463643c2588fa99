package io.pigpig.perf;

import io.pigpig.perf.history.HistoryLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stack with stock, customers and a history that outlives its faults.
 *
 * <p>Owned by one thread. One of its SKUs has only {@value #SCARCE_UNITS} units, so that every
 * fault also meets a SKU about to sell out.
 */
final class CrashRig implements AutoCloseable {

  private static final Duration PAYMENT_WINDOW = Duration.ofSeconds(30);

  private static final int NOT_ASKED = 1;

  /** Orders a second for a cluster that shares its machine with all that it needs. */
  private static final int OPEN_RATE = 200;

  /** So slowly a busy machine may place the orders that are to be held at once. */
  private static final int HOLDS_A_SECOND = 400;

  private static final Duration AFTERWARDS = Duration.ofSeconds(1);
  private static final int SKUS = 8;
  private static final int SCARCE_UNITS = 2_000;
  private static final int PLENTY_UNITS = 1_000_000;

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
  private final String operator;
  private final int clients;
  private final List<String> skus;
  private final Striker striker;
  private final SideLoad side;
  private final List<Books.Outage> outages = new ArrayList<>();
  private int loads;
  private long acknowledged;

  private CrashRig(StackProcess stack, PerfOptions options, Striker striker) throws IOException {
    this.stack = stack;
    this.options = options;
    this.striker = striker;
    this.shop = new HttpShop(stack.ports().http());
    operator = shop.token("perf-operator", "operator");
    clients = options.number("clients", 32);
    for (int i = 0; i <= clients; i++) {
      tokens.add(shop.token("perf-" + i, "customer"));
    }
    skus = shop.skus().subList(0, SKUS);
    for (String sku : skus) {
      int units = committedBefore.isEmpty() ? SCARCE_UNITS : PLENTY_UNITS;
      committedBefore.put(sku, shop.stock(sku).committed());
      shop.setStock(operator, sku, units);
    }
    GrpcHolds holds = new GrpcHolds(stack.ports().grpc(), operator);
    side =
        new SideLoad(
            shop, holds, history, operator, tokens.getLast(), skus.getLast(), PLENTY_UNITS);
  }

  static CrashRig prepare(StackProcess stack, PerfOptions options, Striker striker)
      throws IOException {
    return new CrashRig(stack, options, striker);
  }

  /** Short, so that every order comes to its end, but long enough for {@code --live-holds}. */
  static Duration paymentWindow(PerfOptions options) {
    return PAYMENT_WINDOW.plusSeconds(liveHolds(options) / HOLDS_A_SECOND);
  }

  private static int liveHolds(PerfOptions options) {
    return options.number("live-holds", NOT_ASKED);
  }

  /**
   * How a round went.
   *
   * @param liveHolds units that were held for orders before the fault, when there had to be some
   * @param struck whether a crash point was reached, or a failing flush noticed
   * @param failures requests without an order, and not because there was no stock
   * @param notTaken requests whose connection ended before they were read, served when sent again
   * @param failing from the first of them to the last
   * @param sinceStore from the moment in which the store could be used again, empty or recovered,
   *     to the first order whose request left after it; null where that moment is not looked for
   */
  record Round(
      long liveHolds,
      boolean struck,
      Duration untilServed,
      long failures,
      long notTaken,
      Duration failing,
      @Nullable Duration sinceStore) {}

  /** Load, fault, recovery, load. */
  Round round(Fault fault, Duration before, Duration serving) throws Exception {
    if (fault.crashAt() != null) {
      Instant down = Instant.now();
      stack.kill(List.of(StackProcess.JVM));
      stack.start(fault.jvmFlags());
      outages.add(new Books.Outage(down, Instant.now()));
    }
    try (OrderLoad load = new OrderLoad(shop, history, skus, ticker)) {
      long start = ticker.nanos();
      String prefix = "crash-" + ++loads + "-" + start;
      if (fault.needsACluster()) {
        load.startOpen(tokens.subList(0, clients), prefix, options.number("rate", OPEN_RATE));
      } else {
        load.start(tokens.subList(0, clients), prefix);
      }
      side.start(String.format("%s-%04d", prefix, clients));
      wait.pause(before);
      long liveHolds = awaitHolds();
      double rate = load.accepted() / ((ticker.nanos() - start) / 1e9);
      Instant away = Instant.now();
      boolean struck = striker.strike(fault);
      Instant ended = stack.endedAt();
      if (fault.provocation() == CrashStep.Provocation.NONE && ended != null) {
        // Until it came to its crash point all was well; or it ended while it started.
        away = ended;
      }
      long struckAt = ticker.nanos();
      if (fault.endsTheJvm()) {
        stack.start();
      }
      boolean accepting = !fault.endsPostgresUnderTheJvm() || awaitPostgres(serving);
      long backAt = accepting && fault.endsPostgresUnderTheJvm() ? ticker.nanos() : struckAt;
      boolean served = accepting && wait.until(serving, () -> load.servedSince(backAt));
      outages.add(new Books.Outage(away, Instant.now()));
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
      side.stop();
      acknowledged += load.accepted();
      load.reasons()
          .forEach((how, times) -> System.out.println("  failed: " + times + " x " + how));
      boolean known = fault.equals(Fault.FLUSH) || fault.endsPostgresUnderTheJvm();
      return new Round(
          liveHolds,
          struck,
          untilServed,
          load.failures(),
          load.notTaken(),
          load.failing(),
          known ? sinceBack : null);
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

  /** Lets every order and hold come to its end, and compares. */
  Settlement.Verdict settleAndCheck() throws Exception {
    return new Settlement(stack, shop, operator, tokens, committedBefore)
        .judge(history, side, paymentWindow(options), outages);
  }

  @Override
  public void close() {
    side.close();
    shop.close();
  }
}
