package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import java.util.Map;

/**
 * Tells whoever listens how stock moves, a message a commit, each at least once. Who keeps count
 * goes by {@code movement}, which is the same when a message comes again. Bound to the event loop
 * of its caller.
 */
public interface StockEvents {

  /** Orders have taken units. */
  void held(long movement, Map<Sku, Long> units);

  /** Units of orders that ended can be bought again. */
  void released(long movement, Map<Sku, Long> units);

  /** The last unit was taken a moment ago. */
  void soldOut(Sku sku);
}
