package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** One process whose edge asks its parts over the bus, whichever loop they are on. */
final class BusShopFlowTest extends ShopFlow {

  BusShopFlowTest() throws Exception {
    super(TestStack.start("bus_shop_flow", Map.of("services.carrier", "bus")));
  }
}
