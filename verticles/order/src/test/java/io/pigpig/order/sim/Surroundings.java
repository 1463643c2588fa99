package io.pigpig.order.sim;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Product;
import io.pigpig.catalog.Sku;
import io.pigpig.catalog.Variant;
import io.pigpig.pricing.PriceBook;
import io.pigpig.stock.redis.GateKeys;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The stores and peers of a run, and what the shop sells. */
final class Surroundings {

  /** SKUs and how many units there are at first: two that sell out, two that do not. */
  static final Map<Sku, Long> GOODS = goods();

  final Server postgresServer = new Server("pg");
  final Server redisServer = new Server("redis");
  final Server paymentServer = new Server("payment");
  final Server carrierServer = new Server("carrier");
  final ModelPostgres postgres;
  final ModelRedis redis = new ModelRedis();
  final ModelPeer payment = new ModelPeer();
  final ModelPeer carrier = new ModelPeer();
  final GateKeys gateKeys;
  final Catalog catalog;
  final PriceBook prices;
  int printErrorPercent;

  Surroundings(World world, SimSettings settings) {
    UUID ledgerId = new UUID(world.random().nextLong(), world.random().nextLong());
    postgres =
        new ModelPostgres(
            world.scheduler()::trueTime,
            world.plants(),
            ledgerId,
            settings.order(),
            settings.saga());
    gateKeys = GateKeys.of(ledgerId);
    GOODS.forEach(postgres.tables::setTotal);
    List<Variant> variants =
        GOODS.keySet().stream().map(sku -> new Variant(sku, "any", "any")).toList();
    catalog = new Catalog(1, List.of(new Product("shirt", "Shirt", "tee", variants)));
    Map<Sku, PriceBook.SkuPrice> book = new LinkedHashMap<>();
    GOODS.keySet().forEach(sku -> book.put(sku, new PriceBook.SkuPrice(4900, 4410, List.of())));
    prices = new PriceBook(1, book);
  }

  /** In an order of their own, because chance picks by position. */
  private static Map<Sku, Long> goods() {
    Map<Sku, Long> goods = new LinkedHashMap<>();
    goods.put(new Sku("TEE-LAST-UNITS-M"), 3L);
    goods.put(new Sku("TEE-SCARCE-RED-L"), 12L);
    goods.put(new Sku("TEE-CLASSIC-WHITE-M"), 150L);
    goods.put(new Sku("HOODIE-NAVY-XL"), 150L);
    return Collections.unmodifiableMap(goods);
  }

  List<Server> servers() {
    return List.of(postgresServer, redisServer, paymentServer, carrierServer);
  }
}
