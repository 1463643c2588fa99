package io.pigpig.edge.wiring;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** The life of one event loop's shop: edge, orders and stock on connections of their own. */
final class ShopVerticle extends VerticleBase {

  private final Shop shop;

  ShopVerticle(Shop shop) {
    this.shop = shop;
  }

  @Override
  public Future<?> start() {
    return shop.open(context);
  }

  @Override
  public Future<?> stop() {
    return shop.drain(Duration.ZERO);
  }
}
