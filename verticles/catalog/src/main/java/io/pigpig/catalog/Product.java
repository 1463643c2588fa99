package io.pigpig.catalog;

import java.util.List;

/**
 * A shirt model.
 *
 * @param id lower-case id such as {@code tee-classic}
 * @param template the render template its previews are drawn on
 */
public record Product(String id, String name, String template, List<Variant> variants) {

  public Product {
    variants = List.copyOf(variants);
  }
}
