package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.OrderKeys;
import io.pigpig.perf.load.flow.Connector;
import io.pigpig.perf.load.flow.Loop;

/** One connector for each protocol. */
public final class Connectors {

  private Connectors() {}

  public static Connector of(LoadPlan plan, OrderKeys keys, Loop loop) {
    return switch (plan.target().protocol()) {
      case HTTP1 -> new Http1Connector(plan, keys, loop);
      case H2C, H2, GRPC -> new MultiplexedConnector(plan, keys, loop);
    };
  }
}
