package io.pigpig.order;

import io.vertx.core.Future;

/** Knows which designs exist. Bound to one event loop. */
@FunctionalInterface
public interface Designs {

  /** Fails with a {@code RefusedException} when it cannot be known now. */
  Future<Boolean> exists(String designId);
}
