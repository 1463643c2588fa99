package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.BusMembership;
import io.pigpig.cluster.ClusterMetric;
import io.pigpig.edge.http.ManagementServer;
import io.pigpig.edge.http.ManagementServer.Check;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.edge.wiring.ServicesSettings.Carrier;
import io.pigpig.render.RenderService;
import io.pigpig.rpc.bus.BusEndpoint;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A running process: what it does once, one shop an event loop, and the management port. Starts in
 * that order and stops in the order that loses nothing: readiness off, out of the list of
 * instances, edge and gRPC drained, batches flushed, connections closed. {@code Vertx.close()}
 * alone would close the connections first.
 */
public final class Stack {

  private final Vertx vertx;
  private final Shared shared;
  private final PrometheusMeterRegistry registry;
  private final List<Shop> shops = new ArrayList<>();
  private final Directory directory;
  private @Nullable Housekeeper house;
  private volatile @Nullable BusCanary canary;
  private @Nullable Rendering rendering;
  private @Nullable ManagementServer management;
  private volatile boolean opened;
  private volatile boolean draining;
  private int port;
  private int managementPort;

  private Stack(Vertx vertx, Shared shared, PrometheusMeterRegistry registry, Directory directory) {
    this.directory = directory;
    this.vertx = vertx;
    this.shared = shared;
    this.registry = registry;
  }

  /**
   * Starts everything; the stores are up and migrated. Safe from any thread.
   *
   * @throws StartupFailure with one line when the settings cannot be
   */
  static Future<Stack> start(Vertx vertx, Shared shared, PrometheusMeterRegistry registry) {
    return start(vertx, shared, registry, BusMembership.alone());
  }

  /**
   * As {@link #start(Vertx, Shared, PrometheusMeterRegistry)}, with the processes that share {@code
   * vertx}' event bus.
   */
  static Future<Stack> start(
      Vertx vertx, Shared shared, PrometheusMeterRegistry registry, BusMembership members) {
    Directory directory = new Directory(vertx, shared, chance());
    Stack stack = new Stack(vertx, shared, registry, directory);
    ProcessRole role = shared.settings().process().role();
    Keeper keeper =
        role.keepsOrders() || role.keepsStock()
            ? new Keeper(vertx, shared, members, chance())
            : null;
    Housekeeper house = keeper == null ? new CatalogReader(vertx, shared, chance()) : keeper;
    stack.house = house;
    return stack
        .deploy(new KeeperVerticle(house))
        .compose(up -> house.loop().call(directory::open))
        .compose(up -> stack.openRendering(house))
        .compose(up -> stack.openShops(keeper))
        .onSuccess(up -> stack.opened = true)
        .compose(up -> stack.openManagement(house))
        .compose(up -> house.loop().call(stack::register))
        .map(stack)
        .recover(e -> stack.drain(Duration.ZERO).transform(stopped -> Future.failedFuture(e)));
  }

  private Future<Void> register() {
    directory.register(shops.getFirst().grpcPort());
    return Future.succeededFuture();
  }

  private Future<?> openRendering(Housekeeper house) {
    return shared.settings().process().role().draws()
        ? house
            .loop()
            .call(() -> Rendering.open(vertx, house.loop(), shared, chance()))
            .onSuccess(open -> rendering = open)
        : Future.succeededFuture();
  }

  private static RandomGenerator chance() {
    return RandomGenerator.of("L64X128MixRandom");
  }

  private Future<?> deploy(Deployable verticle) {
    return vertx.deployVerticle(
        verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP));
  }

  /** One after the other, so that a port that is taken is named once. */
  private Future<?> openShops(@Nullable Keeper keeper) {
    if (shared.settings().services().carrier() == Carrier.BUS) {
      BusEndpoint.prepare(vertx);
    }
    List<AtomicInteger> counts = new ArrayList<>();
    Supplier<Supplier<String>> tokens = tokens();
    RenderService designs = rendering == null ? null : rendering.service();
    Future<?> all = Future.succeededFuture();
    for (int i = 0; i < shared.settings().server().eventLoops(); i++) {
      AtomicInteger count = new AtomicInteger();
      counts.add(count);
      Shop.Surroundings around =
          new Shop.Surroundings(
              vertx,
              shared,
              keeper,
              designs,
              new Remotes(vertx, shared, new Remotes.Choice(directory, chance()), tokens.get()),
              () -> ready(house),
              count);
      Shop shop = new Shop(around, i, chance());
      shops.add(shop);
      all = all.compose(before -> deploy(new ShopVerticle(shop)));
    }
    Gauge.builder(
            "order.service.pending.orders",
            counts,
            each -> each.stream().mapToInt(AtomicInteger::get).sum())
        .description("Orders that are being placed now.")
        .register(registry);
    return all;
  }

  /** Only a role that asks others shows a token. */
  private Supplier<Supplier<String>> tokens() {
    return shared.settings().process().role() == ProcessRole.ALL
        ? () -> () -> ""
        : ServiceToken.of(shared.settings().services(), shared.security(), shared.ownClock());
  }

  private Future<?> openManagement(Housekeeper keeper) {
    port = shops.getFirst().port();
    ManagementServer server =
        new ManagementServer(
            vertx, shared.settings().management(), registry, () -> readiness(keeper));
    management = server;
    return server
        .open()
        .onSuccess(itsPort -> managementPort = itsPort)
        .recover(this::managementPortTaken);
  }

  private Future<Integer> managementPortTaken(Throwable cause) {
    int asked = shared.settings().management().port();
    return Future.failedFuture(
        new StartupFailure(
            "port "
                + asked
                + " cannot be used ("
                + cause.getMessage()
                + "); choose --management-port",
            cause));
  }

  /** What {@code /health/ready} says, for gRPC's health service. */
  private Future<Boolean> ready(@Nullable Housekeeper keeper) {
    return keeper == null || !opened || draining
        ? Future.succeededFuture(false)
        : readiness(keeper).map(checks -> checks.stream().allMatch(Check::up));
  }

  private Future<List<Check>> readiness(Housekeeper keeper) {
    List<Future<List<Check>>> asked = new ArrayList<>();
    for (Shop shop : shops) {
      asked.add(shop.loop().call(() -> Future.succeededFuture(shop.checks())));
    }
    Future<Boolean> keeperReady =
        keeper.loop().call(() -> Future.succeededFuture(keeper.isReady()));
    return Future.all(asked)
        .compose(all -> keeperReady)
        .map(
            ready -> {
              List<Check> checks = new ArrayList<>();
              checks.add(new Check("accepting", !draining));
              checks.add(new Check("keeper", ready));
              BusCanary bus = canary;
              if (bus != null) {
                checks.add(new Check("bus", !bus.isDeaf()));
              }
              for (Future<List<Check>> ofShop : asked) {
                checks.addAll(ofShop.result());
              }
              return checks;
            });
  }

  /**
   * Looks from now on whether the clustered bus reaches this process. Safe from any thread.
   *
   * @param onDeaf ends the process; called on an event loop
   */
  Future<Void> watchBus(BusMembership members, Runnable onDeaf) {
    Housekeeper open = Objects.requireNonNull(house, "start() comes first");
    BusCanary watching =
        new BusCanary(
            new BusCanary.Parts(vertx, members, open.loop(), onDeaf),
            shared.settings().cluster().canary());
    canary = watching;
    ClusterMetric.register(registry, members, watching);
    return watching.open().compose(listens -> open.loop().call(() -> open.watchBus(watching)));
  }

  /** The port of the edge, also when a free one was asked for. */
  public int port() {
    return port;
  }

  /** The port of gRPC, also when a free one was asked for. */
  public int grpcPort() {
    return shops.getFirst().grpcPort();
  }

  public int managementPort() {
    return managementPort;
  }

  /** Stops in order; afterwards nothing of this stack touches the stores, and Vert.x may close. */
  public Future<Void> drain(Duration patience) {
    draining = true;
    Housekeeper last = house;
    Future<Void> unregistered =
        last == null || !last.isOpen()
            ? Future.succeededFuture()
            : last.loop().call(directory::unregister);
    ManagementServer server = management;
    Rendering render = rendering;
    return unregistered
        .otherwiseEmpty()
        .compose(gone -> leave())
        .otherwiseEmpty()
        .compose(left -> drainShops(patience))
        .otherwiseEmpty()
        .compose(done -> server == null ? Future.succeededFuture() : server.close())
        .otherwiseEmpty()
        .compose(done -> render == null ? Future.succeededFuture() : render.close())
        .otherwiseEmpty()
        .compose(done -> last == null ? Future.succeededFuture() : last.close())
        .otherwiseEmpty()
        .compose(
            done ->
                last == null || !last.isOpen()
                    ? Future.succeededFuture()
                    : last.loop().call(directory::close))
        .otherwiseEmpty();
  }

  /** Whoever balances over this process has until then to see that it is not ready. */
  private Future<?> leave() {
    long millis = shared.settings().process().leaveAfter().toMillis();
    if (millis == 0) {
      return Future.succeededFuture();
    }
    List<Future<Void>> leaving = new ArrayList<>();
    shops.forEach(shop -> leaving.add(shop.leave()));
    return Future.join(leaving).otherwiseEmpty().compose(told -> vertx.timer(millis));
  }

  private Future<?> drainShops(Duration patience) {
    List<Future<Void>> drained = new ArrayList<>();
    for (Shop shop : shops) {
      drained.add(shop.drain(patience));
    }
    return Future.join(drained);
  }
}
