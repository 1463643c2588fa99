package io.pigpig.origins;

import io.pigpig.edge.wiring.Choices;
import io.pigpig.edge.wiring.Choices.GateParts;
import io.pigpig.edge.wiring.Choices.Site;
import io.pigpig.edge.wiring.ConnectedGate;
import io.pigpig.edge.wiring.OrderStore;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.net.endpoint.LoadBalancer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The parts of a process of which some are switched back, and the others are the stack's own. */
record Origins(Set<Origin> switchedBack) {

  /**
   * Transactions of one event loop that are under way at a time, each on a connection of its own,
   * and threads where they block.
   */
  static final int TRANSACTIONS_MAX = 16;

  Origins {
    switchedBack = Set.copyOf(switchedBack);
  }

  Choices choices() {
    Choices ours = Choices.ours();
    return new Choices(
        has(Origin.REDIS_CONNECTION) || has(Origin.REDIS_PER_ITEM) ? this::gate : ours.gates(),
        has(Origin.ORDER_TRANSACTION) || has(Origin.BLOCKING_STORE)
            ? this::store
            : ours.orderStores(),
        has(Origin.REFLECTIVE_JSON) ? ReflectiveOrderBodies::new : ours.orderBodies(),
        has(Origin.DNS_ROUND_ROBIN)
            ? (settings, ticker, random) -> LoadBalancer.ROUND_ROBIN
            : ours.balancers(),
        has(Origin.UNARY_CHECKS) ? UnaryStockChecks::new : ours.remoteStock());
  }

  /** Settings that go with them, as arguments. */
  List<String> arguments() {
    return has(Origin.ORDER_TRANSACTION) ? List.of("--order.commit-batch-max", "1") : List.of();
  }

  private boolean has(Origin origin) {
    return switchedBack.contains(origin);
  }

  private ConnectedGate gate(Site site, GateParts parts) {
    RedisUse redis =
        has(Origin.REDIS_CONNECTION)
            ? new ConnectionPerRequest(site, parts.keys().stock())
            : new KeptConnection(site, parts.keys().stock());
    Taking taking =
        has(Origin.REDIS_PER_ITEM)
            ? new ItemByItem(parts.keys())
            : new ScriptAnOrder(parts, site.settings().stock());
    return new GateOfRequests(redis, taking, parts);
  }

  private OrderStore store(Site site, PgLink reader) {
    if (!has(Origin.BLOCKING_STORE)) {
      return new TransactionLanes(site, reader);
    }
    return new BlockingOrderStore(
        site,
        reader,
        has(Origin.ORDER_TRANSACTION)
            ? BlockingOrderStore.Manner.ROW_BY_ROW
            : BlockingOrderStore.Manner.BATCHES);
  }

  /** All seven. */
  static Origins all() {
    return new Origins(EnumSet.allOf(Origin.class));
  }
}
