package io.pigpig.order;

import io.pigpig.order.OrderLedger.CustomerKey;
import io.pigpig.order.OrderLedger.Stored;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Finds the order a key has made, many keys in one read. Owned by one event loop. */
final class KeyLookup {

  private record Waiting(CustomerKey key, Promise<@Nullable Stored> found) {}

  private final OrderLedger ledger;
  private final NaturalBatcher<Waiting> batcher;

  KeyLookup(OrderLedger ledger, OrderSettings settings, Executor loop) {
    this.ledger = ledger;
    this.batcher =
        new NaturalBatcher<>(
            settings.commitBatchMax(),
            settings.commitQueueMax(),
            loop,
            new BatchWork<>(this::read, this::failed));
  }

  /** The order, or null; fails with the link's exceptions, or null when the queue is full. */
  @Nullable Future<@Nullable Stored> find(CustomerKey key) {
    Promise<@Nullable Stored> found = Promise.promise();
    return batcher.offer(new Waiting(key, found)) ? found.future() : null;
  }

  private Future<?> read(List<Waiting> batch) {
    return ledger
        .byKeys(batch.stream().map(Waiting::key).distinct().toList())
        .map(stored -> tell(batch, stored));
  }

  private static List<Waiting> tell(List<Waiting> batch, List<Stored> stored) {
    Map<CustomerKey, Stored> byKey = new HashMap<>();
    stored.forEach(s -> byKey.put(new CustomerKey(s.order().customer(), s.key()), s));
    batch.forEach(waiting -> waiting.found().complete(byKey.get(waiting.key())));
    return batch;
  }

  private void failed(List<Waiting> batch, Throwable cause) {
    batch.forEach(waiting -> waiting.found().tryFail(cause));
  }
}
