package io.pigpig.edge.wiring;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The life of the one keeper of a process, on an event loop of its own. */
final class KeeperVerticle extends VerticleBase {

  private final Keeper keeper;

  KeeperVerticle(Keeper keeper) {
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
