package io.pigpig.perf.load.flow;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The last two orders that were accepted over a connection. */
final class RecentOrders {

  /** An accepted order. */
  record Accepted(long number, UUID orderId) {}

  private @Nullable Accepted last;
  private @Nullable Accepted beforeLast;

  void add(long number, UUID orderId) {
    beforeLast = last;
    last = new Accepted(number, orderId);
  }

  /** The older of the two; null while there is none. */
  @Nullable Accepted older() {
    return beforeLast == null ? last : beforeLast;
  }
}
