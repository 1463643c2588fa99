package io.pigpig.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All products at one version. Immutable: readers on every loop share it. */
public final class Catalog {

  private final long version;
  private final List<Product> products;
  private final Map<String, Product> byId = new HashMap<>();
  private final Map<String, Sku> skus = new HashMap<>();

  public Catalog(long version, List<Product> products) {
    this.version = version;
    this.products = List.copyOf(products);
    for (Product product : products) {
      byId.put(product.id(), product);
      for (Variant variant : product.variants()) {
        skus.put(variant.sku().value(), variant.sku());
      }
    }
  }

  public long version() {
    return version;
  }

  public List<Product> products() {
    return products;
  }

  /** The product with this id, or null. */
  public @Nullable Product product(String id) {
    return byId.get(id);
  }

  /** The SKU written {@code text}, or null when the catalog has none. */
  public @Nullable Sku sku(String text) {
    return skus.get(text);
  }

  public int skuCount() {
    return skus.size();
  }
}
