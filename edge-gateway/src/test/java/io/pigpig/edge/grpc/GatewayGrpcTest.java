package io.pigpig.edge.grpc;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** A gateway that passes everything on to the processes of the other roles. */
final class GatewayGrpcTest extends EveryRpc {

  GatewayGrpcTest() throws Exception {
    super(TestStack.startRoles("grpc_gateway", Map.of("saga.poll", "50ms")), 2);
  }
}
