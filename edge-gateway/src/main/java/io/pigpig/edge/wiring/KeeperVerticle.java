package io.pigpig.edge.wiring;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The life of the one housekeeper of a process, on an event loop of its own. */
final class KeeperVerticle extends VerticleBase {

  private final Housekeeper keeper;

  KeeperVerticle(Housekeeper keeper) {
    this.keeper = keeper;
  }

  @Override
  public Future<?> start() {
    return keeper.open(context);
  }

  @Override
  public Future<?> stop() {
    return keeper.close();
  }
}
