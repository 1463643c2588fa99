package io.pigpig.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Completes after a while, on the caller's event loop. */
@FunctionalInterface
public interface Pause {

  Future<Void> millis(long delayMillis);

  /** Pauses by the timers of Vert.x. */
  static Pause of(Vertx vertx) {
    return millis -> vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }
}
