package io.pigpig.runtime;

import io.vertx.core.Future;

/** Completes after a while, on the caller's event loop. */
@FunctionalInterface
public interface Pause {

  Future<Void> millis(long delayMillis);
}
