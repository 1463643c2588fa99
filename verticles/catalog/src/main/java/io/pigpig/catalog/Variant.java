package io.pigpig.catalog;

/** One buyable shirt of a product: a colour and a size under one SKU. */
public record Variant(Sku sku, String colour, String size) {}
