package io.pigpig.edge.wiring;

import io.pigpig.cluster.ClusterSettings;
import io.pigpig.discovery.BalancerSettings;
import io.pigpig.discovery.etcd.EtcdSettings;
import io.pigpig.edge.auth.AuthSettings;
import io.pigpig.edge.http.ManagementSettings;
import io.pigpig.edge.http.ServerSettings;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.edge.wiring.ServicesSettings.Carrier;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.SagaSettings;
import io.pigpig.render.RenderSettings;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.runtime.peer.PeerSettings;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.stores.StoreSettings;
import io.pigpig.stock.StockSettings;
import java.util.Locale;

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
    RpcSettings grpc,
    ServicesSettings services,
    BalancerSettings balancer,
    EtcdSettings etcd,
    ClusterSettings cluster) {

  public EdgeSettings {
    if (process.role() != ProcessRole.ALL
        && (stores.postgresUrl().isEmpty() || stores.redisUrl().isEmpty())) {
      throw new IllegalArgumentException(
          "process.role "
              + process.role().name().toLowerCase(Locale.ROOT)
              + " needs stores.postgres-url and stores.redis-url: it is a part of a stack that"
              + " has them");
    }
    if (process.cluster() > 0
        && (process.role() != ProcessRole.ALL || server.port() == 0 || grpc.port() == 0)) {
      throw new IllegalArgumentException(
          "process.cluster starts every role: process.role must be all, and server.port and"
              + " grpc.port not 0");
    }
    if (services.carrier() == Carrier.BUS
        && (process.role() != ProcessRole.ALL || process.cluster() > 0)) {
      throw new IllegalArgumentException(
          "services.carrier bus is for one process of role all: other roles ask each other over"
              + " gRPC");
    }
    boolean isWhole = process.role() == ProcessRole.ALL && process.cluster() == 0;
    if (cluster.isEnabled()
        && isWhole
        && (stores.postgresUrl().isEmpty()
            || stores.redisUrl().isEmpty()
            || payment.url().isEmpty()
            || carrier.url().isEmpty())) {
      throw new IllegalArgumentException(
          "cluster.members needs stores.postgres-url, stores.redis-url, payment.url and"
              + " carrier.url: processes that share a bus are one shop, and have one ledger and"
              + " the same peers");
    }
    if (process.gateways() > 1 && process.cluster() == 0) {
      throw new IllegalArgumentException(
          "process.gateways are those of a cluster on this machine: say process.cluster too");
    }
    if (process.role() == ProcessRole.ORDER
        && (payment.url().isEmpty() || carrier.url().isEmpty())) {
      throw new IllegalArgumentException(
          "process.role order needs payment.url and carrier.url: all its processes ask the same"
              + " peers");
    }
    if (grpc.port() != 0 && (grpc.port() == server.port() || grpc.port() == management.port())) {
      throw new IllegalArgumentException(
          "grpc.port " + grpc.port() + " is that of another server of this process");
    }
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
