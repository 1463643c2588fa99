package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** Selling out in one process. */
final class OversellTest extends SellingOut {

  OversellTest() throws Exception {
    super(TestStack.start("oversell", Map.of()));
  }
}
