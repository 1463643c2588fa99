package io.pigpig.edge.wiring;

import io.pigpig.cluster.ClusterSettings;
import io.pigpig.edge.auth.AuthSettings;
import io.pigpig.edge.http.ManagementSettings;
import io.pigpig.edge.http.ServerSettings;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.SagaSettings;
import io.pigpig.render.RenderSettings;
import io.pigpig.runtime.peer.PeerSettings;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.stores.StoreSettings;
import io.pigpig.stock.StockSettings;

/** Every setting of a process, by section. */
public record EdgeSettings(
    ProcessSettings process,
    ServerSettings server,
    ManagementSettings management,
    AuthSettings auth,
    StoreSettings stores,
    PgLinkSettings postgres,
    RedisLinkSettings redis,
    StockSettings stock,
    OrderSettings order,
    SagaSettings saga,
    PeerSettings payment,
    PeerSettings carrier,
    RenderSettings render,
    ClusterSettings cluster) {

  public EdgeSettings {
    if (server.port() != 0 && server.port() == management.port()) {
      throw new IllegalArgumentException(
          "server.port and management.port are both "
              + server.port()
              + "; health and metrics must not be reachable through the edge");
    }
  }

  /** How a peer is asked, and believed. */
  PeerSettings of(Peer peer) {
    return switch (peer) {
      case PAYMENT -> payment;
      case CARRIER -> carrier;
    };
  }
}
