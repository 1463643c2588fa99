package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import java.util.List;

/**
 * Reads and changes stock. Bound to the event loop it was built for. Every future fails with a
 * {@code RefusedException} for what is refused, {@code UNAVAILABLE} included.
 */
public interface StockService {

  /** The level of one SKU; refused with {@code NOT_FOUND} when the ledger has no such SKU. */
  Future<StockLevel> level(Sku sku);

  /** Levels of up to 256 SKUs in one read; SKUs the ledger does not have are left out. */
  Future<List<StockLevel>> levels(List<Sku> skus);

  /**
   * Sets the total of a SKU of the catalog, creating its ledger row when it has none. Refused with
   * {@code UNKNOWN_SKU}, or with {@code STOCK_BELOW_COMMITTED} under held + sold.
   */
  Future<StockLevel> setTotal(Sku sku, long total);
}
