package io.pigpig.catalog.postgres;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Product;
import io.pigpig.catalog.Sku;
import io.pigpig.catalog.Variant;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loads the catalog from Postgres. Bound to the event loop of its link. */
public final class PostgresCatalog {

  private static final String VERSION = "SELECT version FROM catalog_version";
  private static final String PRODUCTS =
      "SELECT c.version, p.product_id, p.name, p.template, v.sku, v.colour, v.size"
          + " FROM catalog_version c, product p JOIN variant v USING (product_id)"
          + " ORDER BY p.position, v.position";

  private final PgLink link;

  public PostgresCatalog(PgLink link) {
    this.link = link;
  }

  /** The version of what {@link #load} would answer now. */
  public Future<Long> version() {
    return link.query(VERSION, Tuple.tuple())
        .map(rows -> rows.iterator().next().getLong("version"));
  }

  public Future<Catalog> load() {
    return link.query(PRODUCTS, Tuple.tuple()).map(PostgresCatalog::toCatalog);
  }

  private static Catalog toCatalog(RowSet<Row> rows) {
    long version = 0;
    Map<String, Product> products = new LinkedHashMap<>();
    Map<String, List<Variant>> variants = new LinkedHashMap<>();
    for (Row row : rows) {
      version = row.getLong("version");
      String id = row.getString("product_id");
      products.putIfAbsent(
          id, new Product(id, row.getString("name"), row.getString("template"), List.of()));
      variants
          .computeIfAbsent(id, absent -> new ArrayList<>())
          .add(
              new Variant(
                  new Sku(row.getString("sku")), row.getString("colour"), row.getString("size")));
    }
    List<Product> all = new ArrayList<>();
    for (Product product : products.values()) {
      all.add(
          new Product(
              product.id(),
              product.name(),
              product.template(),
              variants.getOrDefault(product.id(), List.of())));
    }
    return new Catalog(version, all);
  }
}
