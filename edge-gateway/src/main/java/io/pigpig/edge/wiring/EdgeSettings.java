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
import io.pigpig.runtime.stores.EmbeddedStores;
import io.pigpig.runtime.stores.Store;
import io.pigpig.runtime.stores.StoreSettings;
import io.pigpig.stock.StockSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

  /** How long a process may take to stop, after which supervisors kill it. */
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  public EdgeSettings {
    checkCluster(process, server, grpc, cluster);
    checkStores(process.role(), stores);
    checkCarrier(process, services);
    if (cluster.isEnabled() && process.role() == ProcessRole.ALL) {
      checkOneShop(stores, payment, carrier);
    }
    checkStop(process, stores, cluster);
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

  private static void checkStores(ProcessRole role, StoreSettings stores) {
    List<String> missing = new ArrayList<>();
    if (role.stores().contains(Store.POSTGRES) && stores.postgresUrl().isEmpty()) {
      missing.add("stores.postgres-url");
    }
    if (role.stores().contains(Store.REDIS) && stores.redisUrl().isEmpty()) {
      missing.add("stores.redis-url");
    }
    if (role != ProcessRole.ALL && !missing.isEmpty()) {
      throw new IllegalArgumentException(
          "process.role "
              + role.text()
              + " needs "
              + String.join(" and ", missing)
              + ": it is a part of a stack that has "
              + (missing.size() == 1 ? "it" : "them"));
    }
  }

  private static void checkCluster(
      ProcessSettings process, ServerSettings server, RpcSettings grpc, ClusterSettings bus) {
    if (process.cluster() == 0) {
      if (process.gateways() > 1 || process.clusterBus()) {
        throw new IllegalArgumentException(
            "process.gateways and process.cluster-bus are those of a cluster on this machine: say"
                + " process.cluster too");
      }
      return;
    }
    if (process.role() != ProcessRole.ALL || server.port() == 0 || grpc.port() == 0) {
      throw new IllegalArgumentException(
          "process.cluster starts every role: process.role must be all, and server.port and"
              + " grpc.port not 0");
    }
    if (bus.isEnabled()) {
      throw new IllegalArgumentException(
          "cluster.members are those of one process: with process.cluster say process.cluster-bus"
              + " on, which gives each of its processes members and ports of its own");
    }
  }

  private static void checkCarrier(ProcessSettings process, ServicesSettings services) {
    if (services.carrier() == Carrier.BUS
        && (process.role() != ProcessRole.ALL || process.cluster() > 0)) {
      throw new IllegalArgumentException(
          "services.carrier bus is for one process of role all: other roles ask each other over"
              + " gRPC");
    }
  }

  private static void checkOneShop(
      StoreSettings stores, PeerSettings payment, PeerSettings carrier) {
    if (stores.postgresUrl().isEmpty()
        || stores.redisUrl().isEmpty()
        || payment.url().isEmpty()
        || carrier.url().isEmpty()) {
      throw new IllegalArgumentException(
          "cluster.members needs stores.postgres-url, stores.redis-url, payment.url and"
              + " carrier.url: processes that share a bus are one shop, and have one ledger and"
              + " the same peers");
    }
  }

  /** The waits that are set must leave time for what follows them. */
  private static void checkStop(
      ProcessSettings process, StoreSettings stores, ClusterSettings bus) {
    boolean embedded = stores.postgresUrl().isEmpty() || stores.redisUrl().isEmpty();
    boolean here = embedded && process.role() == ProcessRole.ALL;
    Duration rest =
        EdgeProcess.stopMargin(bus.isEnabled())
            .plus(here ? EmbeddedStores.STOP_MAX : Duration.ZERO);
    Duration asked = process.leaveAfter().plus(process.drainTimeout());
    if (asked.plus(rest).compareTo(STOP_MAX) > 0) {
      throw new IllegalArgumentException(
          "process.leave-after and process.drain-timeout are "
              + asked.toMillis()
              + " ms together; a stop takes "
              + STOP_MAX.toSeconds()
              + " s at most, which leaves them "
              + STOP_MAX.minus(rest).toMillis()
              + " ms"
              + (here ? " beside embedded stores" : ""));
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
