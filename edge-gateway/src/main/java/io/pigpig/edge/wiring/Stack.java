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
import java.util.concurrent.TimeUnit;
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

  private static final long STEP_MILLIS_MAX = 1_500;

  private final Vertx vertx;
  private final Shared shared;
  private final PrometheusMeterRegistry registry;
  private final List<Shop> shops = new ArrayList<>();

  /** Kept here for its gauge, which does not keep it. */
  private final List<AtomicInteger> pending = new ArrayList<>();

  private final Directory directory;
  private final ServiceTokens tokens;
  private final ServiceTokenCheck tokenCheck;
  private final StopSteps stopping = new StopSteps();
  private @Nullable Housekeeper house;
  private volatile @Nullable BusCanary canary;
  private @Nullable Rendering rendering;
  private @Nullable ManagementServer management;
  private volatile boolean opened;
  private volatile boolean draining;
  private int port;
  private int managementPort;

  private Stack(Vertx vertx, Shared shared, PrometheusMeterRegistry registry) {
    this.vertx = vertx;
    this.shared = shared;
    this.registry = registry;
    this.directory = new Directory(vertx, shared, chance());
    this.tokens = ServiceTokens.of(shared);
    this.tokenCheck = new ServiceTokenCheck(vertx, shared, remotes());
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
    Stack stack = new Stack(vertx, shared, registry);
    ProcessRole role = shared.settings().process().role();
    Keeper keeper =
        role.keepsOrders() || role.keepsStock()
            ? new Keeper(vertx, shared, members, chance())
            : null;
    Housekeeper house = keeper == null ? stack.houseWithout(role) : keeper;
    stack.house = house;
    return stack
        .deploy(new KeeperVerticle(house))
        .compose(up -> house.loop().call(stack.directory::open))
        .compose(up -> stack.openRendering(house))
        .compose(up -> stack.openShops(keeper))
        .onSuccess(up -> stack.opened = true)
        .compose(up -> stack.openManagement(house))
        .compose(up -> house.loop().call(() -> stack.register(house)))
        .map(stack)
        .recover(e -> stack.drain(Duration.ZERO).transform(stopped -> Future.failedFuture(e)));
  }

  /** That of a role that keeps neither orders nor stock. */
  private Housekeeper houseWithout(ProcessRole role) {
    return role.servesHttp() ? new CatalogReader(vertx, shared, chance()) : new IdleHousekeeper();
  }

  private Future<Void> register(Housekeeper here) {
    tokens.keepFresh(vertx, shared, here.loop());
    directory.register(shops.getFirst().grpcPort());
    return tokenCheck.open(here.loop());
  }

  private Future<?> openRendering(Housekeeper house) {
    return shared.settings().process().role().draws()
        ? house
            .loop()
            .call(() -> Rendering.open(vertx, house.loop(), shared, chance()))
            .onSuccess(open -> rendering = open)
        : Future.succeededFuture();
  }

  private Remotes remotes() {
    return new Remotes(vertx, shared, new Remotes.Choice(directory, chance()), tokens.forLoop());
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
    RenderService designs = rendering == null ? null : rendering.service();
    Future<?> all = Future.succeededFuture();
    for (int i = 0; i < shared.settings().server().eventLoops(); i++) {
      AtomicInteger count = new AtomicInteger();
      pending.add(count);
      Surroundings around =
          new Surroundings(vertx, shared, keeper, designs, remotes(), () -> ready(house), count);
      Shop shop = new Shop(around, i, chance());
      shops.add(shop);
      all = all.compose(before -> deploy(new ShopVerticle(shop)));
    }
    Gauge.builder(
            "order.service.pending.orders",
            pending,
            each -> each.stream().mapToInt(AtomicInteger::get).sum())
        .description("Orders that are being placed now.")
        .register(registry);
    return all;
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
    return Future.failedFuture(PortTaken.of(asked, "--management-port", cause));
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
    Future<Boolean> keeperReady = keeper.loop().call(() -> Future.succeededFuture(isReady(keeper)));
    return Future.all(asked)
        .compose(all -> keeperReady)
        .map(
            ready -> {
              List<Check> checks = new ArrayList<>();
              checks.add(new Check("accepting", !draining));
              checks.add(new Check("keeper", ready));
              if (shared.settings().process().role() == ProcessRole.GATEWAY) {
                checks.add(new Check("order-instances", directory.hasKnown(Directory.ORDER)));
                checks.add(new Check("service-token", !tokenCheck.isRefused(Directory.ORDER)));
              }
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

  /** The checks of its readiness that fail now. Safe from any thread. */
  Future<List<String>> missing() {
    return readiness(Objects.requireNonNull(house, "start() comes first"))
        .map(checks -> checks.stream().filter(check -> !check.up()).map(Check::name).toList());
  }

  /** Called on the keeper's loop, which is the rendering's too. */
  private boolean isReady(Housekeeper keeper) {
    Rendering drawing = rendering;
    return keeper.isReady() && (drawing == null || drawing.isReady());
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

  /**
   * Stops in order; afterwards nothing of this stack touches the stores, and Vert.x may close.
   * Fails when something that was accepted did not come to its end; what failed has been logged.
   */
  public Future<Void> drain(Duration patience) {
    draining = true;
    return stopping
        // First: a process that leaves is not to take itself for deaf.
        .then("the watch over the bus", () -> brief(closeCanary()))
        .then("leaving the list of instances", () -> brief(onHouse(directory::unregister)))
        .then("telling the clients", this::leave)
        .mustAll("the shops", () -> drainShops(patience))
        .then("the management port", () -> brief(closeManagement()))
        .then("the drawing", () -> brief(closeRendering()))
        .then("asking whether the token is taken", () -> brief(onHouse(tokenCheck::close)))
        .then("the housekeeper", () -> brief(closeHouse()))
        .then("the directory of instances", () -> brief(onHouse(directory::close)))
        .done();
  }

  /** What is known of a drain that has begun. */
  StopSteps drainSteps() {
    return stopping;
  }

  /** None of the steps that lose nothing takes the time of those that would. */
  private static Future<?> brief(Future<?> step) {
    return step.timeout(STEP_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }

  private Future<Void> onHouse(Supplier<Future<Void>> work) {
    Housekeeper open = house;
    return open == null || !open.isOpen() ? Future.succeededFuture() : open.loop().call(work);
  }

  private Future<Void> closeCanary() {
    BusCanary watching = canary;
    return watching == null ? Future.succeededFuture() : watching.close();
  }

  private Future<Void> closeManagement() {
    ManagementServer server = management;
    return server == null ? Future.succeededFuture() : server.close();
  }

  private Future<Void> closeRendering() {
    Rendering drawing = rendering;
    return drawing == null ? Future.succeededFuture() : drawing.close();
  }

  private Future<Void> closeHouse() {
    Housekeeper open = house;
    return open == null ? Future.succeededFuture() : open.close();
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
