package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The status changes that were committed and not handed on yet. One process at a time has the lease
 * on it; for the others it is empty. Futures fail with the link's exceptions.
 */
public interface Outbox {

  /**
   * One order's part of an entry.
   *
   * @param sequence of the change in the order's timeline
   */
  record Changed(UUID orderId, int sequence) {}

  /**
   * What one transaction changed to one status.
   *
   * @param at the transaction's time
   * @param changes to that status; none when the stock moved for somebody else's order
   * @param units what was taken, if the status is PENDING_PAYMENT, or given back
   */
  record Entry(
      long id, Instant at, OrderStatus status, List<Changed> changes, Map<Sku, Long> units) {

    public Entry {
      changes = List.copyOf(changes);
      units = Map.copyOf(units);
    }
  }

  /** The oldest entries; those of one order may change places. */
  Future<List<Entry>> next(int most);

  /** Forgets entries that were handed on. */
  Future<Void> delivered(List<Entry> entries);

  /** Hands the lease back if this process has it, so that another need not wait for its end. */
  Future<Void> release();
}
