package io.pigpig.edge.wiring;

import io.pigpig.order.LoopTools;
import io.pigpig.order.rpc.RemoteOrders;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.RemoteSagas;
import io.pigpig.order.rpc.ServedOrders;
import io.pigpig.order.rpc.ServedSagas;
import io.pigpig.render.rpc.RemoteDesigns;
import io.pigpig.render.rpc.ServedDesigns;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.bus.BusCaller;
import io.pigpig.rpc.bus.BusEndpoint;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.stock.rpc.RemoteStock;
import io.pigpig.stock.rpc.ServedStock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's parts on the bus of its process, and the ways to those of all loops. Owned by
 * that loop.
 */
final class LocalBus {

  private final Vertx vertx;
  private final Shared shared;
  private final RpcSettings settings;
  private final BusEndpoint endpoint;
  private @Nullable RemoteOrders orders;

  LocalBus(Vertx vertx, Shared shared) {
    this.vertx = vertx;
    this.shared = shared;
    this.settings = shared.settings().grpc();
    endpoint = new BusEndpoint(vertx, settings, shared.ticker());
  }

  /** Serves {@code own} to all loops; the answer asks any of them. */
  Services carry(Services own, Loop mine, RandomGenerator random) {
    endpoint
        .add(ServedOrders.of(own.orders(), shared.ticker(), Pause.of(vertx), settings.watchEvery()))
        .add(ServedSagas.of(own.sagas(), own.hints(), own.audit()))
        .add(ServedStock.of(own.stock(), own.holds()))
        .add(ServedDesigns.of(own.designs()));
    RemoteOrders remote =
        new RemoteOrders(
            new RemoteOrders.Way(caller("order"), Placing.BATCHED),
            new RemoteOrders.Settings(shared.settings().order(), settings),
            new LoopTools(shared.ticker(), shared.clock(), Pause.of(vertx), random),
            mine);
    orders = remote;
    RemoteSagas sagas =
        new RemoteSagas(caller("order"), shared.settings().order().remote(), shared.ticker());
    RemoteStock stock = new RemoteStock(caller("stock"));
    return new Services(
        remote, sagas, sagas, sagas, stock, stock, new RemoteDesigns(caller("render")));
  }

  private RpcCaller caller(String service) {
    return new BusCaller(
        vertx, new BusCaller.Target(service, BusCaller.PROCESS), settings, shared.ticker());
  }

  /** Completes once nothing is under way, here or from here. */
  Future<Void> drained() {
    RemoteOrders asking = orders;
    Future<Void> asked = asking == null ? Future.succeededFuture() : asking.drained();
    return asked.compose(idle -> endpoint.drain(shared.settings().process().drainTimeout()));
  }
}
