package io.pigpig.edge.wiring;

import io.pigpig.order.OrderLedger;
import io.vertx.core.Future;

/**
 * One event loop's ledger of orders, with the connections that it places by. Owned by that loop.
 */
public interface OrderStore {

  /** Completes once orders can be placed; fails when closed before. */
  Future<Void> open();

  /** Whether orders can be placed now. */
  boolean isUp();

  OrderLedger ledger();

  /** Lets go of the connections for good. */
  Future<Void> close();
}
