package io.pigpig.stock;

import io.pigpig.catalog.Sku;

/** Units of one SKU that one order asks for. */
public record Take(Sku sku, int quantity) {

  public Take {
    if (quantity < 1) {
      throw new IllegalArgumentException("quantity must be at least 1: " + quantity);
    }
  }
}
