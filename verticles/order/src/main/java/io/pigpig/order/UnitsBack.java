package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.stock.SoldOutBoards;
import io.pigpig.stock.StockGate;
import io.vertx.core.Future;
import java.util.Map;

/** Gives units back to the gate and tells every loop that they can be bought again. */
public record UnitsBack(StockGate gate, SoldOutBoards boards) {

  /** Never fails. */
  public Future<Void> giveBack(Map<Sku, Long> units) {
    return gate.adjust(units).compose(done -> boards.reopen(units.keySet()));
  }
}
