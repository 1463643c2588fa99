package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients with one order of one unit at a time, each on a thread of its own. Who is told to retry
 * asks again with the same key, until there is an order or nothing left.
 */
final class Rush implements AutoCloseable {

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final long RETRY_NANOS = 20_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<ShopLoop> shops;
  private final Sku sku;
  private final int clients;
  private final Semaphore allowed = new Semaphore(0);
  private final Map<String, Order> placed = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();

  Rush(int clients, List<ShopLoop> shops, String sku) {
    this.clients = clients;
    this.shops = shops;
    this.sku = new Sku(sku);
  }

  /** Lets so many more orders begin. */
  void allow(int orders) {
    allowed.release(orders);
    for (int client = 0; client < clients; client++) {
      ShopLoop shop = shops.get(client % shops.size());
      running.add(threads.submit(() -> buy(shop)));
    }
  }

  private Void buy(ShopLoop shop) throws Exception {
    while (allowed.tryAcquire()) {
      buyOne(shop, UUID.randomUUID().toString());
    }
    return null;
  }

  private void buyOne(ShopLoop shop, String key) throws Exception {
    Ticker ticker = Ticker.system();
    long endNanos = ticker.nanos() + PATIENCE.toNanos();
    while (ticker.nanos() - endNanos < 0) {
      long deadlineNanos = ticker.nanos() + OrderLoad.PATIENT.toNanos();
      List<RequestedLine> lines = List.of(new RequestedLine(sku, 1, null));
      PlaceOrder order = new PlaceOrder(ALICE, key, lines, deadlineNanos);
      try {
        placed.put(key, shop.call(() -> shop.orders.place(order)).order());
        return;
      } catch (RefusedException e) {
        if (e.refusal() instanceof Refusal.OutOfStock) {
          return;
        }
        if (!(e.refusal() instanceof Refusal.Retryable)) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
    throw new AssertionError("no answer that lasts for " + key);
  }

  /** Waits until all allowed orders have an answer that lasts. */
  void awaitAnswers() throws Exception {
    for (Future<?> client : running) {
      client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    running.clear();
  }

  /** The orders answered so far, by their keys. */
  Map<String, Order> placed() {
    return Map.copyOf(placed);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
