package io.pigpig.policy.planted.order;

import io.pigpig.policy.planted.edge.BreaksBans;
import io.pigpig.policy.planted.order.postgres.Store;
import io.vertx.core.Vertx;

/** A domain class that sees Vert.x, an adapter, and the edge, and constructs the adapter. */
public record BreaksTheDomain(Vertx vertx, BreaksBans edge) {

  public Store store() {
    return new Store();
  }
}
