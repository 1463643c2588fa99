package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** Selling out in one process. */
final class OversellTest extends SellingOut {

  @Override
  TestStack open() throws Exception {
    return TestStack.start("oversell", Map.of());
  }
}
