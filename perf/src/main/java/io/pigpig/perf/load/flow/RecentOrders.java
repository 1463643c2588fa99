package io.pigpig.perf.load.flow;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The last two orders that were accepted over a connection. */
final class RecentOrders {

  private long lastNumber;
  private @Nullable UUID lastId;
  private long beforeLastNumber;
  private @Nullable UUID beforeLastId;

  void add(long number, UUID orderId) {
    beforeLastNumber = lastNumber;
    beforeLastId = lastId;
    lastNumber = number;
    lastId = orderId;
  }

  /** Makes an item the older of the two once more; whether there is one. */
  boolean replay(Item item) {
    if (beforeLastId != null) {
      item.beginReplay(beforeLastNumber, beforeLastId);
    } else if (lastId != null) {
      item.beginReplay(lastNumber, lastId);
    }
    return lastId != null;
  }
}
