package io.pigpig.perf.load.flow;

import io.vertx.core.Future;

/** Opens connections of one protocol to the target. */
@FunctionalInterface
public interface Connector {

  /** Completes on the event loop. Nothing is told to {@code events} when it fails. */
  Future<? extends Connection> connect(ConnectionEvents events);
}
