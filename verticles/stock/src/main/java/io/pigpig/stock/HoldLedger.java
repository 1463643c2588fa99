package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.pigpig.stock.StockHolds.Code;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Where holds are durable and decided. Futures fail with the link's exceptions. */
public interface HoldLedger {

  /**
   * What a call led to.
   *
   * @param freed units that can be bought again, or, negative, no more
   */
  record Answer(Code code, Map<Sku, Long> freed) {

    public Answer {
      freed = Map.copyOf(freed);
    }
  }

  /**
   * What a sweep gave back.
   *
   * @param more whether there is more to do now
   */
  record Expired(long holds, Map<Sku, Long> units, boolean more) {}

  Future<Answer> hold(UUID orderId, List<Take> lines, Duration time);

  Future<Answer> confirm(UUID orderId);

  Future<Answer> cancel(UUID orderId);

  /** Expires some holds whose time is over, and forgets some that ended long ago. */
  Future<Expired> expireSome();
}
