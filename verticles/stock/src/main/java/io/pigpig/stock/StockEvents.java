package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import java.util.Map;
import java.util.UUID;

/**
 * Tells whoever listens how stock moves: at least once a movement, so that a listener acts by order
 * id. Bound to the event loop of its caller.
 */
public interface StockEvents {

  /** An order has taken units. */
  void held(UUID orderId, Map<Sku, Long> units);

  /** The units of an order can be bought again. */
  void released(UUID orderId, Map<Sku, Long> units);

  /** The last unit was taken a moment ago. */
  void soldOut(Sku sku);
}
