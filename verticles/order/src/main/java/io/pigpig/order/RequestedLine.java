package io.pigpig.order;

import io.pigpig.catalog.Sku;
import org.jspecify.annotations.Nullable;

/**
 * One line as a client asks for it.
 *
 * @param quantity 1 to 100 units
 * @param designId 64 lower-case hex digits, or null for a plain shirt
 */
public record RequestedLine(Sku sku, int quantity, @Nullable String designId) {

  public static final int QUANTITY_MAX = 100;

  public RequestedLine {
    if (quantity < 1 || quantity > QUANTITY_MAX) {
      throw new IllegalArgumentException("quantity must be 1 to 100: " + quantity);
    }
  }
}
