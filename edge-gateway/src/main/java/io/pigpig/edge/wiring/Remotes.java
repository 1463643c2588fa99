package io.pigpig.edge.wiring;

import io.pigpig.discovery.InstanceResolver;
import io.pigpig.discovery.Instances;
import io.pigpig.discovery.Service;
import io.pigpig.order.LoopTools;
import io.pigpig.order.rpc.RemoteOrders;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.RemoteSagas;
import io.pigpig.render.rpc.RemoteDesigns;
import io.pigpig.rpc.grpc.GrpcCaller;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.stock.rpc.RemoteStock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One event loop's ways to the other roles, made when they are first wanted. */
final class Remotes {

  /** The instances that there are, and the chance by which one of them is asked. */
  record Choice(Instances instances, RandomGenerator random) {}

  private final Vertx vertx;
  private final Shared shared;
  private final Choice choice;
  private final Supplier<String> token;
  private final Map<Service, GrpcCaller> callers = new HashMap<>();

  /**
   * @param token that this process shows
   */
  Remotes(Vertx vertx, Shared shared, Choice choice, Supplier<String> token) {
    this.vertx = vertx;
    this.shared = shared;
    this.choice = choice;
    this.token = token;
  }

  private GrpcCaller caller(Service service) {
    return callers.computeIfAbsent(
        service,
        absent ->
            new GrpcCaller(
                vertx,
                new GrpcCaller.Target(
                    service.name(),
                    service,
                    new InstanceResolver(choice.instances()),
                    shared
                        .choices()
                        .balancers()
                        .of(shared.settings().balancer(), shared.ticker(), choice.random()),
                    token),
                shared.settings().grpc(),
                shared.ticker()));
  }

  RemoteOrders orders(Loop mine, RandomGenerator random) {
    return new RemoteOrders(
        new RemoteOrders.Way(caller(Directory.ORDER), Placing.BATCHED),
        new RemoteOrders.Settings(shared.settings().order(), shared.settings().grpc()),
        new LoopTools(shared.ticker(), shared.clock(), Pause.of(vertx), random),
        mine);
  }

  RemoteSagas sagas() {
    return new RemoteSagas(
        caller(Directory.ORDER), shared.settings().order().remote(), shared.ticker());
  }

  RemoteStock stock() {
    return new RemoteStock(caller(Directory.STOCK));
  }

  RemoteDesigns designs() {
    return new RemoteDesigns(caller(Directory.RENDER));
  }

  /** Whether the instance that is asked now takes the token; fails where none answers. */
  Future<Boolean> isTokenTaken(Service service, Duration within) {
    return caller(service).isTokenTaken(shared.ticker().nanos() + within.toNanos());
  }

  Future<Void> close() {
    List<Future<Void>> closing = new ArrayList<>();
    callers.values().forEach(caller -> closing.add(caller.close()));
    return Future.join(closing).mapEmpty();
  }
}
