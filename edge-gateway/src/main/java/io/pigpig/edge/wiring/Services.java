package io.pigpig.edge.wiring;

import io.pigpig.edge.http.EdgeServices;
import io.pigpig.order.Audit;
import io.pigpig.order.OrderService;
import io.pigpig.order.PeerHints;
import io.pigpig.order.SagaConsole;
import io.pigpig.render.RenderService;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockService;

/** What one event loop asks, in this process or in another. */
record Services(
    OrderService orders,
    SagaConsole sagas,
    PeerHints hints,
    Audit audit,
    StockService stock,
    StockHolds holds,
    RenderService designs) {

  /** What the edge asks of them, and what it reads here. */
  EdgeServices ofEdge(Shared shared) {
    return new EdgeServices(
        orders,
        sagas,
        hints,
        stock,
        designs,
        audit,
        shared.catalog(),
        shared.prices(),
        shared.choices().orderBodies().get());
  }
}
