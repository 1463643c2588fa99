package io.pigpig.perf;

import io.pigpig.perf.history.HistoryLog;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that place orders until stopped, and write down what they were told. Either so many of
 * them, each waiting for its answer, or at a fixed rate that waits for nobody.
 *
 * <p>One virtual thread a client, or a request. Ends by itself after {@value #ORDERS_MAX} orders,
 * so that the history stays in memory.
 */
final class OrderLoad implements AutoCloseable {

  private static final int ORDERS_MAX = 3_000_000;
  private static final int PAID_ONE_IN = 20;
  private static final int CANCELLED_ONE_IN = 30;
  private static final Duration AFTER_REFUSAL = Duration.ofMillis(20);
  private static final int STOP_SECONDS = 60;
  private static final int UNDER_WAY_MAX = 1_000;
  private static final int REASONS_MAX = 32;

  private final HttpShop shop;
  private final HistoryLog history;
  private final List<String> skus;
  private final Ticker ticker;
  private final Wait wait;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong newestInvokeAccepted = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong failures = new AtomicLong();
  private final Map<String, Integer> reasons = new ConcurrentHashMap<>();
  private final AtomicLong notTaken = new AtomicLong();
  private final AtomicLong firstFailure = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong lastFailure = new AtomicLong(Long.MIN_VALUE);
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();

  OrderLoad(HttpShop shop, HistoryLog history, List<String> skus, Ticker ticker) {
    this.shop = shop;
    this.history = history;
    this.skus = List.copyOf(skus);
    this.ticker = ticker;
    this.wait = new Wait(ticker);
  }

  /** One client a token; {@code prefix} makes the keys of this load its own. */
  void start(List<String> tokens, String prefix) {
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      String ofClient = String.format("%s-%04d", prefix, i);
      running.add(clients.submit(() -> placeUntilStopped(token, ofClient)));
    }
  }

  /**
   * So many orders a second, by the clock and not by the answers; one that finds {@value
   * #UNDER_WAY_MAX} others under way is not sent and counts as failed.
   */
  void startOpen(List<String> tokens, String prefix, int perSecond) {
    long begin = ticker.nanos();
    running.add(
        clients.submit(
            () -> {
              for (long n = 0; !stopping.get() && history.size() < ORDERS_MAX; n++) {
                long due = begin + n * 1_000_000_000L / perSecond;
                wait.pause(Duration.ofNanos(Math.max(0, due - ticker.nanos())));
                int client = (int) (n % tokens.size());
                send(tokens.get(client), String.format("%s-%04d", prefix, client));
              }
            }));
  }

  private void send(String token, String ofClient) {
    if (!underWay.tryAcquire()) {
      failed("too many under way");
      return;
    }
    clients.execute(
        () -> {
          try {
            placeOne(token, ofClient);
          } finally {
            underWay.release();
          }
        });
  }

  /** Which of the tokens placed {@code key}: a key is known only together with its customer. */
  static int clientOf(String key) {
    String[] parts = key.split("-", -1);
    return Integer.parseInt(parts[parts.length - 2]);
  }

  /** Orders acknowledged so far. */
  long accepted() {
    return accepted.get();
  }

  /** Whether an order whose request left after {@code instantNanos} was acknowledged. */
  boolean servedSince(long instantNanos) {
    long newest = newestInvokeAccepted.get();
    return newest != Long.MIN_VALUE && newest - instantNanos > 0;
  }

  /** Requests that got no answer, or another than an order or the end of the stock. */
  long failures() {
    return failures.get();
  }

  /** Requests whose connection ended before they were read, and which were then served. */
  long notTaken() {
    return notTaken.get();
  }

  /** From the first failure to the last. */
  Duration failing() {
    return failures.get() == 0
        ? Duration.ZERO
        : Duration.ofNanos(lastFailure.get() - firstFailure.get());
  }

  /** How requests failed, each way with its number. */
  Map<String, Integer> reasons() {
    return new TreeMap<>(reasons);
  }

  /**
   * @param how one of a few texts: a code, or what a client's library says
   */
  private void failed(String how) {
    if (reasons.size() < REASONS_MAX || reasons.containsKey(how)) {
      if (reasons.merge(how, 1, Integer::sum) == 1) {
        System.out.println("  a request failed: " + how);
      }
    }
    failures.incrementAndGet();
    firstFailure.accumulateAndGet(ticker.nanos(), Math::min);
    lastFailure.accumulateAndGet(ticker.nanos(), Math::max);
  }

  private void placeUntilStopped(String token, String prefix) {
    while (!stopping.get() && history.size() < ORDERS_MAX) {
      if (!placeOne(token, prefix)) {
        wait.pause(AFTER_REFUSAL);
      }
    }
  }

  /** Whether an order was placed. */
  private boolean placeOne(String token, String prefix) {
    long number = sequence.incrementAndGet();
    String key = String.format("%s-%012d", prefix, number);
    String sku = skus.get((int) (number % skus.size()));
    long invoked = ticker.nanos();
    history.invoke(key, Map.of(sku, 1));
    String order = place(token, key, sku);
    if (order.isEmpty()) {
      return false;
    }
    accepted.incrementAndGet();
    newestInvokeAccepted.accumulateAndGet(invoked, Math::max);
    goOn(token, key, order, number);
    return true;
  }

  /** The order's id, or nothing when it was not acknowledged. */
  private String place(String token, String key, String sku) {
    try {
      HttpShop.Answer answer = shop.order(token, key, sku, 1);
      if (answer.status() != 201 && !answer.code().equals("OUT_OF_STOCK")) {
        failed(answer.status() + " " + answer.code());
      }
      return recorded(key, answer);
    } catch (HttpTimeoutException noAnswer) {
      return lost(key, noAnswer);
    } catch (IOException cut) {
      return again(token, key, sku);
    }
  }

  /**
   * A connection that ends before a request is read is one that a server gave up; RFC 9110, 9.2.2
   * has an idempotent request sent again then. If the first one was served, its answer was lost.
   */
  private String again(String token, String key, String sku) {
    try {
      HttpShop.Answer answer = shop.order(token, key, sku, 1);
      if (answer.replayed() || (answer.status() != 201 && !answer.code().equals("OUT_OF_STOCK"))) {
        failed("sent again: " + (answer.replayed() ? "was served" : answer.code()));
      } else {
        notTaken.incrementAndGet();
      }
      return recorded(key, answer);
    } catch (IOException noAnswer) {
      return lost(key, noAnswer);
    }
  }

  private String recorded(String key, HttpShop.Answer answer) {
    record(history, key, answer);
    return answer.status() == 201 ? answer.body().getString("orderId") : "";
  }

  private String lost(String key, IOException noAnswer) {
    history.unknown(key);
    failed(noAnswer.getClass().getSimpleName() + " " + noAnswer.getMessage());
    return "";
  }

  /** Some orders are paid, some of them and some others cancelled; the rest is left to expire. */
  private void goOn(String token, String key, String order, long number) {
    try {
      if (number % PAID_ONE_IN == 0 && shop.pay(token, order).status() == 200) {
        history.promise(key, HistoryLog.Promised.PAID);
      }
      if (number % CANCELLED_ONE_IN == 0) {
        // Until the answer is there, it may be either.
        history.promise(key, HistoryLog.Promised.NOTHING);
        if (shop.cancel(token, order).status() == 200) {
          history.promise(key, HistoryLog.Promised.CANCELLED);
        }
      }
    } catch (IOException noAnswer) {
      // Nothing was promised; what became of it, the audit compares with the provider's ledger.
    }
  }

  /** Writes an answer down: 201 is ok, a final or clean refusal fail, everything else unknown. */
  static void record(HistoryLog history, String key, HttpShop.Answer answer) {
    if (answer.status() == 201) {
      history.ok(key, answer.body().getString("orderId"));
    } else if (answer.code().equals("REQUEST_IN_FLIGHT")
        || (answer.status() >= 500 && !isCleanRefusal(answer))) {
      history.unknown(key);
    } else {
      history.fail(key);
    }
  }

  private static boolean isCleanRefusal(HttpShop.Answer answer) {
    return answer.code().equals("OVERLOADED") || answer.code().equals("UNAVAILABLE");
  }

  /** Returns when every client has its last answer. Throws when one hangs or broke. */
  void stop() throws Exception {
    stopping.set(true);
    for (Future<?> client : running) {
      client.get(STOP_SECONDS, TimeUnit.SECONDS);
    }
    if (!underWay.tryAcquire(UNDER_WAY_MAX, STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("an order is never answered");
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    clients.shutdownNow();
  }
}
