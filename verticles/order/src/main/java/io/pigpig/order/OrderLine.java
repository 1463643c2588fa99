package io.pigpig.order;

import io.pigpig.catalog.Sku;
import org.jspecify.annotations.Nullable;

/** One line of a placed order, with the price it was placed at. */
public record OrderLine(Sku sku, int quantity, int unitPriceCents, @Nullable String designId) {}
