package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** Selling out through a gateway and two processes of orders, over gRPC. */
final class OversellRolesTest extends SellingOut {

  @Override
  TestStack open() throws Exception {
    return TestStack.startRoles("oversell_roles", Map.of());
  }
}
