package io.pigpig.pricing.postgres;

import io.pigpig.catalog.Sku;
import io.pigpig.pricing.PriceBook;
import io.pigpig.pricing.PriceBook.Discount;
import io.pigpig.pricing.PriceBook.SkuPrice;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Loads the price book from Postgres. Bound to the event loop of its link. */
public final class PostgresPrices {

  private static final String VERSION = "SELECT version FROM price_version";
  private static final String PRICES =
      "SELECT b.version, p.sku, p.list_cents, p.member_cents, d.percent, d.starts_at, d.ends_at"
          + " FROM price_version b, price p JOIN variant v USING (sku)"
          + " LEFT JOIN discount d ON d.product_id = v.product_id AND d.ends_at > now()"
          + " ORDER BY p.sku";

  private final PgLink link;

  public PostgresPrices(PgLink link) {
    this.link = link;
  }

  /** The version of what {@link #load} would answer now. */
  public Future<Long> version() {
    return link.query(VERSION, Tuple.tuple())
        .map(rows -> rows.iterator().next().getLong("version"));
  }

  public Future<PriceBook> load() {
    return link.query(PRICES, Tuple.tuple()).map(PostgresPrices::toPriceBook);
  }

  private static PriceBook toPriceBook(RowSet<Row> rows) {
    long version = 0;
    Map<Sku, List<Discount>> discounts = new HashMap<>();
    Map<Sku, SkuPrice> bySku = new HashMap<>();
    for (Row row : rows) {
      version = row.getLong("version");
      Sku sku = new Sku(row.getString("sku"));
      List<Discount> ofSku = discounts.computeIfAbsent(sku, absent -> new ArrayList<>());
      if (row.getInteger("percent") != null) {
        ofSku.add(
            new Discount(
                row.getInteger("percent"),
                row.getOffsetDateTime("starts_at").toInstant().toEpochMilli(),
                row.getOffsetDateTime("ends_at").toInstant().toEpochMilli()));
      }
      // Rows of one SKU differ in the discount only: the last one has them all.
      bySku.put(
          sku, new SkuPrice(row.getInteger("list_cents"), row.getInteger("member_cents"), ofSku));
    }
    return new PriceBook(version, bySku);
  }
}
