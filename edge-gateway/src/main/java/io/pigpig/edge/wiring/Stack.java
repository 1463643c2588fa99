package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pigpig.edge.http.ManagementServer;
import io.pigpig.edge.http.ManagementServer.Check;
import io.pigpig.render.RenderService;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A running process of role {@code all}: the keeper, one shop an event loop, and the management
 * port. Starts in that order and stops in the order that loses nothing: readiness off, edge
 * drained, batches flushed, connections closed. {@code Vertx.close()} alone would close the
 * connections first.
 */
public final class Stack {

  private final Vertx vertx;
  private final Shared shared;
  private final PrometheusMeterRegistry registry;
  private final List<Shop> shops = new ArrayList<>();
  private @Nullable Keeper keeper;
  private @Nullable Rendering rendering;
  private @Nullable ManagementServer management;
  private volatile boolean draining;
  private int port;
  private int managementPort;

  private Stack(Vertx vertx, Shared shared, PrometheusMeterRegistry registry) {
    this.vertx = vertx;
    this.shared = shared;
    this.registry = registry;
  }

  /** Starts everything; the stores are up and migrated. Safe from any thread. */
  static Future<Stack> start(Vertx vertx, Shared shared, PrometheusMeterRegistry registry) {
    Stack stack = new Stack(vertx, shared, registry);
    Keeper keeper = new Keeper(vertx, shared, chance());
    stack.keeper = keeper;
    return stack
        .deploy(new KeeperVerticle(keeper))
        .compose(up -> keeper.loop().call(() -> Rendering.open(vertx, keeper.loop(), shared)))
        .onSuccess(open -> stack.rendering = open)
        .compose(open -> stack.openShops(keeper, open.service()))
        .compose(up -> stack.openManagement(keeper))
        .map(stack)
        .recover(e -> stack.drain(Duration.ZERO).transform(stopped -> Future.failedFuture(e)));
  }

  private static RandomGenerator chance() {
    return RandomGenerator.of("L64X128MixRandom");
  }

  private Future<?> deploy(Deployable verticle) {
    return vertx.deployVerticle(
        verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP));
  }

  /** One after the other, so that a port that is taken is named once. */
  private Future<?> openShops(Keeper keeper, RenderService designs) {
    List<AtomicInteger> counts = new ArrayList<>();
    Future<?> all = Future.succeededFuture();
    for (int i = 0; i < shared.settings().server().eventLoops(); i++) {
      AtomicInteger count = new AtomicInteger();
      counts.add(count);
      Shop.Surroundings around = new Shop.Surroundings(vertx, shared, keeper, designs, count);
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

  private Future<?> openManagement(Keeper keeper) {
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

  private Future<List<Check>> readiness(Keeper keeper) {
    List<Future<List<Shop.Check>>> asked = new ArrayList<>();
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
              for (Future<List<Shop.Check>> ofShop : asked) {
                ofShop.result().forEach(c -> checks.add(new Check(c.name(), c.up())));
              }
              return checks;
            });
  }

  /** The port of the edge, also when a free one was asked for. */
  public int port() {
    return port;
  }

  public int managementPort() {
    return managementPort;
  }

  /** Stops in order; afterwards nothing of this stack touches the stores, and Vert.x may close. */
  public Future<Void> drain(Duration patience) {
    draining = true;
    List<Future<Void>> drained = new ArrayList<>();
    for (Shop shop : shops) {
      drained.add(shop.drain(patience));
    }
    ManagementServer server = management;
    Rendering render = rendering;
    Keeper last = keeper;
    return Future.join(drained)
        .otherwiseEmpty()
        .compose(done -> server == null ? Future.succeededFuture() : server.close())
        .otherwiseEmpty()
        .compose(done -> render == null ? Future.succeededFuture() : render.close())
        .otherwiseEmpty()
        .compose(done -> last == null ? Future.succeededFuture() : last.close())
        .otherwiseEmpty();
  }
}
