package io.pigpig.edge.wiring;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The life of one event loop's shop: edge, orders and stock on connections of their own. */
final class ShopVerticle extends VerticleBase {

  private final Shop shop;
  private final int sharedPort;

  ShopVerticle(Shop shop, int sharedPort) {
    this.shop = shop;
    this.sharedPort = sharedPort;
  }

  @Override
  public Future<?> start() {
    return shop.open(context, sharedPort);
  }

  @Override
  public Future<?> stop() {
    return shop.close();
  }
}
