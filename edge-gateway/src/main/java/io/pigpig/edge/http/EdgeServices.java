package io.pigpig.edge.http;

import io.pigpig.catalog.Catalog;
import io.pigpig.order.Audit;
import io.pigpig.order.OrderService;
import io.pigpig.order.PeerHints;
import io.pigpig.order.SagaConsole;
import io.pigpig.pricing.PriceBook;
import io.pigpig.render.RenderService;
import io.pigpig.stock.StockService;
import java.util.function.Supplier;

/** What the edge serves, as ports bound to its event loop. */
public record EdgeServices(
    OrderService orders,
    SagaConsole sagas,
    PeerHints hints,
    StockService stock,
    RenderService designs,
    Audit audit,
    Supplier<Catalog> catalog,
    Supplier<PriceBook> prices,
    OrderBodies orderBodies) {}
