package io.pigpig.edge.http;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Product;
import io.pigpig.catalog.Variant;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import java.time.InstantSource;
import java.util.List;

/** The products with what they cost a visitor now. One event loop's. */
final class CatalogRoutes {

  private final EdgeServices services;
  private final InstantSource clock;

  CatalogRoutes(EdgeServices services, InstantSource clock) {
    this.services = services;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/products", Access.PUBLIC, this::products),
        Route.get("/api/v1/products/{id}", Access.PUBLIC, this::product));
  }

  private void products(Call call) {
    Catalog catalog = services.catalog().get();
    JsonWriter out = new JsonWriter(128 * catalog.skuCount());
    out.object().name("products").array();
    for (Product product : catalog.products()) {
      write(out, product);
    }
    call.json(200, out.endArray().endObject().toBuffer());
  }

  private void product(Call call) {
    String id = call.parameter(0);
    Product product = services.catalog().get().product(id);
    if (product == null) {
      throw new RefusedException(
          new Refusal.NotFound("there is no product " + JsonReader.printable(id)));
    }
    JsonWriter out = new JsonWriter(4096);
    write(out, product);
    call.json(200, out.toBuffer());
  }

  private void write(JsonWriter out, Product product) {
    PriceBook prices = services.prices().get();
    long nowMillis = clock.millis();
    out.object();
    out.field("id", product.id()).field("name", product.name());
    out.field("template", product.template()).field("currency", PriceBook.CURRENCY);
    out.name("variants").array();
    for (Variant variant : product.variants()) {
      int cents = prices.unitCents(variant.sku(), Membership.NONE, nowMillis);
      if (cents >= 0) {
        out.object().field("sku", variant.sku().value());
        out.field("colour", variant.colour()).field("size", variant.size());
        out.field("priceCents", cents).endObject();
      }
    }
    out.endArray().endObject();
  }
}
