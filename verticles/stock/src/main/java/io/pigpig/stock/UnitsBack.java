package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Gives units back to the gate and tells every loop that they can be bought again. Bound to the
 * event loop that {@code loop} runs on.
 */
public record UnitsBack(StockGate gate, SoldOutBoards boards, Executor loop) {

  /** Completes on the loop; never fails. */
  public Future<Void> giveBack(Map<Sku, Long> units) {
    return units.isEmpty()
        ? Future.succeededFuture()
        : gate.adjust(units).compose(done -> boards.reopen(units.keySet(), loop));
  }
}
