package io.pigpig.edge.wiring;

import io.pigpig.cluster.BusCanary;
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

  /** Lets the canary look after what this subscribed to; called on its loop. */
  Future<Void> watchBus(BusCanary canary);

  /** Lets go of the stores; safe from any thread, and again. */
  Future<Void> close();
}
