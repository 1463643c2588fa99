package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.CachedTokenVerifier;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.http.Edge;
import io.pigpig.edge.http.ManagementServer.Check;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.edge.wiring.ServicesSettings.Carrier;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.order.rpc.RemoteOrders;
import io.pigpig.order.rpc.RemoteSagas;
import io.pigpig.order.rpc.ServedOrders;
import io.pigpig.order.rpc.ServedSagas;
import io.pigpig.render.RenderService;
import io.pigpig.render.rpc.ServedDesigns;
import io.pigpig.rpc.grpc.GrpcEndpoint;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockService;
import io.pigpig.stock.rpc.RemoteStock;
import io.pigpig.stock.rpc.ServedStock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything one event loop serves with, nothing of it shared with another loop: the parts that its
 * role keeps here, the ways to those it does not, an HTTP edge where the role has one, and gRPC.
 * Owned by that loop; {@link #loop()} is how others reach it.
 */
final class Shop {

  private final Surroundings around;
  private final Vertx vertx;
  private final Shared shared;
  private final ProcessRole role;
  private final RandomGenerator random;
  private final Remotes remotes;
  private final @Nullable OrderPart orders;
  private final @Nullable StockPart stock;
  private final List<Supplier<Future<Void>>> draining = new ArrayList<>();
  private @Nullable Loop loop;
  private @Nullable Edge edge;
  private @Nullable GrpcEndpoint grpc;
  private @Nullable Future<Void> drained;
  private int port;
  private int grpcPort;

  Shop(Surroundings around, int number, RandomGenerator random) {
    this.around = around;
    this.vertx = around.vertx();
    this.shared = around.shared();
    this.role = shared.settings().process().role();
    this.random = random;
    this.remotes = around.remotes();
    Keeper keeper = around.keeper();
    orders =
        role.keepsOrders() && keeper != null
            ? new OrderPart(vertx, shared, keeper, number, random)
            : null;
    stock =
        role.keepsStock() && keeper != null
            ? new StockPart(vertx, shared, keeper, number, random)
            : null;
  }

  Future<Integer> open(Context context) {
    Loop mine = new Loop(context);
    loop = mine;
    RenderService designs = around.designs() == null ? remotes.designs() : around.designs();
    return opened(orders == null ? null : orders.open(mine, designs))
        .compose(up -> opened(stock == null ? null : stock.open(mine)))
        .compose(up -> serve(mine, designs))
        .onSuccess(listening -> startTimers())
        .recover(e -> close().transform(closed -> Future.failedFuture(e)));
  }

  private static Future<Void> opened(@Nullable Future<Void> opening) {
    return opening == null ? Future.succeededFuture() : opening;
  }

  private void startTimers() {
    vertx.setPeriodic(shared.settings().order().lateEvery().toMillis(), id -> tick());
    if (orders != null) {
      vertx.setPeriodic(
          shared.settings().saga().poll().toMillis(), id -> orders.orders().workOnSagas());
    }
  }

  private void tick() {
    if (orders != null) {
      orders.tick();
      around.pending().set(orders.orders().pending());
    }
    if (stock != null) {
      stock.tick();
    }
  }

  private Future<Integer> serve(Loop mine, RenderService designs) {
    Services services = services(mine, designs);
    GrpcEndpoint endpoint = endpoint(services);
    grpc = endpoint;
    Future<Integer> listening =
        endpoint.open().recover(e -> portTaken(e, shared.settings().grpc().port(), "--grpc-port"));
    if (!role.servesHttp()) {
      return listening.onSuccess(its -> grpcPort = its);
    }
    Edge fresh = edge(carried(services, mine));
    edge = fresh;
    return listening
        .onSuccess(its -> grpcPort = its)
        .compose(
            its ->
                fresh
                    .open()
                    .recover(e -> portTaken(e, shared.settings().server().port(), "--port")))
        .onSuccess(its -> port = its);
  }

  private static Future<Integer> portTaken(Throwable cause, int asked, String flag) {
    return Future.failedFuture(PortTaken.of(asked, flag, cause));
  }

  private Services services(Loop mine, RenderService designs) {
    RemoteStock remoteStock = remotes.stock();
    StockService levels =
        stock == null ? shared.choices().remoteStock().apply(remoteStock) : stock.stock();
    StockHolds holds = stock == null ? remoteStock : stock.holds();
    Keeper keeper = around.keeper();
    if (orders != null && keeper != null) {
      return new Services(
          orders.orders(),
          orders.orders().console(),
          orders.orders().hints(),
          () -> keeper.loop().call(keeper::audit),
          levels,
          holds,
          designs);
    }
    RemoteOrders remoteOrders = remotes.orders(mine, random);
    draining.add(remoteOrders::drained);
    RemoteSagas sagas = remotes.sagas();
    return new Services(remoteOrders, sagas, sagas, sagas, levels, holds, designs);
  }

  /** As the edge asks them: by calls, or over the bus of the process. */
  private Services carried(Services services, Loop mine) {
    if (shared.settings().services().carrier() == Carrier.CALL) {
      return services;
    }
    LocalBus bus = new LocalBus(vertx, shared);
    Services carried = bus.carry(services, mine, random);
    draining.add(bus::drained);
    return carried;
  }

  /** What the role keeps; a gateway passes everything on. */
  private GrpcEndpoint endpoint(Services services) {
    CachedTokenVerifier tokens = tokens();
    GrpcEndpoint endpoint =
        new GrpcEndpoint(
            new GrpcEndpoint.Surroundings(vertx, shared.ticker(), shared.registry()),
            shared.settings().grpc(),
            tokens::verify,
            around.readiness());
    boolean all = role == ProcessRole.GATEWAY;
    if (all || role.keepsOrders()) {
      endpoint.add(
          ServedOrders.of(
              services.orders(),
              shared.ticker(),
              Pause.of(vertx),
              shared.settings().grpc().watchEvery()));
      endpoint.add(ServedSagas.of(services.sagas(), services.hints(), services.audit()));
    }
    if (all || role.keepsStock()) {
      endpoint.add(ServedStock.of(services.stock(), services.holds()));
    }
    if (all || role.draws()) {
      endpoint.add(ServedDesigns.of(services.designs()));
    }
    return endpoint;
  }

  private CachedTokenVerifier tokens() {
    return new CachedTokenVerifier(
        shared.security().verifiers().get(),
        shared.settings().auth().cacheMax(),
        shared.ownClock());
  }

  private Edge edge(Services services) {
    Security security = shared.security();
    Supplier<DevelopmentIssuer> issuers = security.issuers();
    return new Edge(
        vertx,
        shared.settings().server(),
        services.ofEdge(shared),
        new Edge.Guard(tokens(), issuers == null ? null : issuers.get(), security.peers()),
        new Edge.Surroundings(
            shared.ticker(),
            shared.ownClock(),
            random,
            shared.registry(),
            shared.activeRequests()));
  }

  Loop loop() {
    return Objects.requireNonNull(loop, "open() comes first");
  }

  /** Where this shop's edge listens, known once it is open; 0 for a role without one. */
  int port() {
    return port;
  }

  /** Where this shop's gRPC listens, known once it is open. */
  int grpcPort() {
    return grpcPort;
  }

  /** What this loop needs to serve and whether it has it; called on its loop. */
  List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    if (orders != null) {
      checks.addAll(orders.checks());
    }
    if (stock != null) {
      checks.addAll(stock.checks());
    }
    return checks;
  }

  /** Serves on, but asks every client for another connection. Safe from any thread. */
  Future<Void> leave() {
    Loop mine = loop;
    return mine == null ? Future.succeededFuture() : mine.call(this::leaveHere);
  }

  private Future<Void> leaveHere() {
    if (edge != null) {
      edge.leave();
    }
    return Future.succeededFuture();
  }

  /**
   * Answers what was accepted, takes no more, and lets go of the stores; also of a shop that did
   * not open whole. Safe from any thread.
   */
  Future<Void> drain(Duration patience) {
    Loop mine = loop;
    return mine == null ? Future.succeededFuture() : mine.call(() -> drainOnce(patience));
  }

  /** Vert.x stops the verticle of a shop that has been drained. */
  private Future<Void> drainOnce(Duration patience) {
    Future<Void> before = drained;
    Future<Void> now = before == null ? drainHere(patience) : before;
    drained = now;
    return now;
  }

  private Future<Void> drainHere(Duration patience) {
    Edge http = edge;
    GrpcEndpoint calls = grpc;
    return new StopSteps()
        .must(
            "requests and calls under way",
            () ->
                Future.join(
                    opened(http == null ? null : http.drain(patience)),
                    opened(calls == null ? null : calls.drain(patience))))
        .must(
            "what other roles were asked",
            () -> Future.join(draining.stream().map(Supplier::get).toList()))
        .must("orders and sagas", () -> opened(orders == null ? null : orders.drained()))
        .must("stock", () -> opened(stock == null ? null : stock.drained()))
        .then("connections of a loop", this::close)
        .done();
  }

  private Future<Void> close() {
    return Future.join(
            opened(orders == null ? null : orders.close()),
            opened(stock == null ? null : stock.close()),
            remotes.close())
        .mapEmpty();
  }
}
