package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** One process whose edge calls its parts. */
final class ShopFlowTest extends ShopFlow {

  ShopFlowTest() throws Exception {
    super(TestStack.start("shop_flow", Map.of()));
  }
}
