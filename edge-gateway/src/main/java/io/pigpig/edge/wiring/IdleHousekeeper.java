package io.pigpig.edge.wiring;

import io.pigpig.cluster.BusCanary;
import io.pigpig.runtime.Loop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The housekeeper of a process that reads nothing of the shop: an event loop, and no work on it.
 */
final class IdleHousekeeper implements Housekeeper {

  private @Nullable Loop loop;

  @Override
  public Future<Void> open(Context context) {
    loop = new Loop(context);
    return Future.succeededFuture();
  }

  @Override
  public boolean isOpen() {
    return loop != null;
  }

  @Override
  public Loop loop() {
    return Objects.requireNonNull(loop, "open() comes first");
  }

  @Override
  public boolean isReady() {
    return true;
  }

  /** It subscribes to nothing. */
  @Override
  public Future<Void> watchBus(BusCanary canary) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
