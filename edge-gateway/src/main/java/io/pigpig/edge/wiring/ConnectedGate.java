package io.pigpig.edge.wiring;

import io.pigpig.stock.StockGate;
import io.vertx.core.Future;

/** One event loop's gate together with its way to Redis. Owned by that loop. */
public interface ConnectedGate extends StockGate {

  /**
   * Completes once Redis is reached, however many attempts that takes; fails when closed before.
   */
  Future<Void> connect();

  /** Asks for a trustworthy gate; until it is there every order finds the gate closed. */
  Future<Void> open();

  /** Opens the gate if it is closed and no attempt is under way; called several times a second. */
  void openAgain();

  /** Whether Redis is reached. */
  boolean isUp();

  /** Whether orders are admitted. */
  boolean isOpen();

  /** Completes once every order that was taken in has its verdict. */
  Future<Void> drained();

  /** Lets go of Redis for good. */
  Future<Void> close();
}
