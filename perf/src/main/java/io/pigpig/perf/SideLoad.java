package io.pigpig.perf;

import io.pigpig.perf.history.HistoryLog;
import io.pigpig.proto.stock.v1.HoldCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What customers' orders alone do not make a stack do: holds of others that are confirmed,
 * cancelled or left to expire, orders of printed designs, and an operator who sets totals and
 * retries and cancels sagas. A few calls a second, until stopped; lives as long as its stack.
 */
final class SideLoad implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final Duration HELD = Duration.ofSeconds(3);
  private static final int STOP_SECONDS = 60;
  private static final int KINDS = 3;

  private final HttpShop shop;
  private final GrpcHolds holds;
  private final HistoryLog history;
  private final HoldHistory holdHistory = new HoldHistory();
  private final String operator;
  private final String customer;
  private final String sku;
  private final long total;
  private final Map<String, String> designs = new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private final Wait wait = new Wait(Ticker.system());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private AtomicBoolean stopping = new AtomicBoolean();
  private List<Future<?>> running = List.of();

  /**
   * @param sku with plenty of units, of which {@code total} there are
   */
  SideLoad(
      HttpShop shop,
      GrpcHolds holds,
      HistoryLog history,
      String operator,
      String customer,
      String sku,
      long total) {
    this.shop = shop;
    this.holds = holds;
    this.history = history;
    this.operator = operator;
    this.customer = customer;
    this.sku = sku;
    this.total = total;
  }

  /**
   * @param prefix of the keys of its orders
   */
  void start(String prefix) {
    AtomicBoolean stop = new AtomicBoolean();
    stopping = stop;
    running =
        List.of(
            threads.submit(() -> untilStopped(stop, () -> hold(sequence.incrementAndGet()))),
            threads.submit(
                () -> untilStopped(stop, () -> printed(prefix, sequence.incrementAndGet()))));
  }

  /** What may fail while the stack is away. */
  @FunctionalInterface
  private interface Turn {
    void take() throws IOException;
  }

  private void untilStopped(AtomicBoolean stop, Turn turn) {
    while (!stop.get()) {
      try {
        turn.take();
      } catch (IOException away) {
        // Whatever was under way is judged by what becomes of it.
      }
      wait.pause(PAUSE);
    }
  }

  private void hold(long number) throws IOException {
    UUID id = orderId();
    holdHistory.begin(id, sku);
    HoldCode code = holds.hold(id, sku, HELD);
    holdHistory.told(id, code);
    if (number % KINDS == 0) {
      holdHistory.want(id, HoldCode.HOLD_CODE_CONFIRMED);
      holdHistory.told(id, holds.confirm(id));
    } else if (number % KINDS == 1) {
      holdHistory.want(id, HoldCode.HOLD_CODE_CANCELLED);
      holdHistory.told(id, holds.cancel(id));
    }
  }

  /** Of version 7, as the contract asks. */
  private static UUID orderId() {
    UUID random = UUID.randomUUID();
    long time = System.currentTimeMillis() << 16;
    return new UUID(
        time | 0x7000 | (random.getMostSignificantBits() & 0xFFF),
        random.getLeastSignificantBits());
  }

  private void printed(String prefix, long number) throws IOException {
    shop.setStock(operator, sku, total + number);
    String design = shop.design(customer, "perf " + prefix + " " + number);
    String key = String.format("%s-%012d", prefix, number);
    designs.put(key, design);
    history.invoke(key, Map.of(sku, 1));
    HttpShop.Answer answer;
    try {
      answer = shop.order(customer, key, sku, 1, design);
    } catch (IOException noAnswer) {
      history.unknown(key);
      throw noAnswer;
    }
    OrderLoad.record(history, key, answer);
    if (answer.status() == 201) {
      follow(answer.body().getString("orderId"), number);
    }
  }

  /** Nothing is promised of these orders: an operator may take back what was paid. */
  private void follow(String order, long number) throws IOException {
    shop.pay(customer, order);
    if (number % KINDS == 0) {
      shop.saga(operator, order, "retry");
    } else if (number % KINDS == 1) {
      // By then it is printed, or stands before a carrier that does not answer.
      wait.pause(Duration.ofMillis((number % 4) * 700));
      shop.saga(operator, order, "cancel");
    }
  }

  /** The design in an order of this load, or an empty string for an order of another. */
  String designIn(String key) {
    return designs.getOrDefault(key, "");
  }

  /** Returns when every call has its last answer. Throws when one hangs or broke. */
  void stop() throws Exception {
    stopping.set(true);
    for (Future<?> each : running) {
      each.get(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** What became of the holds, once their time is over. */
  HoldHistory.Verdict judgeHolds() throws IOException {
    return holdHistory.judge(holds);
  }

  @Override
  public void close() {
    stopping.set(true);
    threads.shutdownNow();
    holds.close();
  }
}
