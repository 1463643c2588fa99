package io.pigpig.edge.wiring;

import io.pigpig.runtime.Loop;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** What a process does once and not per request. Owned by one event loop. */
interface Housekeeper {

  Future<Void> open(Context context);

  /** Whether {@link #open} was called. */
  boolean isOpen();

  /** How others reach it. */
  Loop loop();

  /** Whether it has what it needs; called on its loop. */
  boolean isReady();

  /** Lets go of the stores; safe from any thread, and again. */
  Future<Void> close();
}
