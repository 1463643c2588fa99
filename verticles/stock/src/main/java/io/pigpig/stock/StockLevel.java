package io.pigpig.stock;

import io.pigpig.catalog.Sku;

/**
 * Units of one SKU as the ledger has them.
 *
 * @param held promised to orders that are not paid yet
 * @param sold belonging to paid orders
 */
public record StockLevel(Sku sku, long total, long held, long sold) {

  /** The most units one SKU can have. */
  public static final long TOTAL_MAX = 1_000_000_000L;

  public StockLevel {
    if (held < 0 || sold < 0 || held + sold > total || total > TOTAL_MAX) {
      throw new IllegalArgumentException(
          "stock of " + sku + " cannot be total " + total + " held " + held + " sold " + sold);
    }
  }

  /** Units that are neither held nor sold. */
  public long available() {
    return total - held - sold;
  }
}
