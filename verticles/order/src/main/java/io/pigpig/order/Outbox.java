package io.pigpig.order;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * The status changes that were committed and not handed on yet. One process at a time has the lease
 * on it; for the others it is empty. Futures fail with the link's exceptions.
 */
public interface Outbox {

  /**
   * One status change.
   *
   * @param lines what the order holds where the change takes or gives back units, else empty
   */
  record Entry(UUID orderId, StatusChange change, List<OrderLine> lines) {

    public Entry {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Entries to hand on, roughly in the order of their commits; those of one order may change
   * places.
   *
   * @param epoch of the lease
   * @param position behind the last entry
   */
  record Slice(long epoch, long position, List<Entry> entries) {

    public Slice {
      entries = List.copyOf(entries);
    }
  }

  /** The oldest entries, {@code most} or a few more. */
  Future<Slice> next(int most);

  /** Records that a slice was handed on. False when the lease was lost meanwhile. */
  Future<Boolean> delivered(Slice slice);
}
