package io.pigpig.edge.grpc;

import io.pigpig.edge.TestStack;
import java.util.Map;

/** One process of role all. */
final class GrpcTest extends EveryRpc {

  GrpcTest() throws Exception {
    super(TestStack.start("grpc", Map.of("saga.poll", "50ms")), 1);
  }
}
