package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.BusMembership;
import io.pigpig.cluster.hazelcast.ClusteredVertx;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.edge.wiring.Shared.StoreUrls;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.runtime.stores.EmbeddedStores;
import io.pigpig.runtime.stores.Migrations;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole process: stores, migrations, Vert.x and the stack on it. Starting and stopping block,
 * each for a bounded time: call them on the main thread or in a shutdown hook, never on an event
 * loop.
 */
public final class EdgeProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EdgeProcess.class);
  private static final Duration START_MAX = Duration.ofSeconds(30);

  /** Longer than the cluster's own bound, which names its reason. */
  private static final Duration JOIN_MAX = Duration.ofMinutes(6);

  private static final Duration STOP_MARGIN = Duration.ofSeconds(5);

  private final EdgeSettings settings;
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private volatile @Nullable Thread starter;
  private volatile boolean closing;
  private volatile @Nullable EmbeddedStores stores;
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable Stack stack;

  public EdgeProcess(EdgeSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts the process and returns once it serves.
   *
   * @throws StartupFailure with one line for the operator; nothing is left running then
   */
  public void start() {
    starter = Thread.currentThread();
    try {
      open();
    } catch (RuntimeException e) {
      Thread.interrupted();
      stop();
      throw e;
    } finally {
      starter = null;
      startEnded.countDown();
    }
  }

  private void open() {
    if (closing) {
      throw new StartupFailure("stopped before it started");
    }
    EmbeddedStores ready = EmbeddedStores.start(settings.stores());
    stores = ready;
    if (settings.process().role() == ProcessRole.ALL) {
      ready.startPeers(Sandboxes.flags(settings));
    }
    Migrations.run(ready.jdbcUrl());
    VertxOptions options =
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(settings.server().eventLoops() + 1);
    ClusteredVertx joined =
        settings.cluster().isEnabled()
            ? await(ClusteredVertx.start(options, settings.cluster()), JOIN_MAX)
            : null;
    Vertx fresh = joined == null ? Vertx.builder().with(options).build() : joined.vertx();
    vertx = fresh;
    PrometheusMeterRegistry registry = metrics();
    StoreUrls urls =
        new StoreUrls(
            ready.postgresUrl(),
            ready.redisUrl(),
            peer(ready, Peer.PAYMENT),
            peer(ready, Peer.CARRIER));
    Security security = SecurityFiles.open(fresh, settings, InstantSource.system());
    Shared shared = Shared.of(settings, urls, security, registry);
    BusMembership members = joined == null ? BusMembership.alone() : joined.members();
    Stack running = await(Stack.start(fresh, shared, registry, members), START_MAX);
    stack = running;
    if (joined != null) {
      await(running.watchBus(members, this::deaf), START_MAX);
    }
  }

  /** Whoever supervises this process starts it again, and it joins anew. */
  private void deaf() {
    Thread.ofPlatform()
        .name("deaf")
        .start(
            () -> {
              close();
              Runtime.getRuntime().halt(BusCanary.DEAF_EXIT_CODE);
            });
  }

  /** Empty for a role that asks no peers and was told of none. */
  private String peer(EmbeddedStores running, Peer peer) {
    String named = settings.of(peer).url();
    return named.isEmpty() && settings.process().role() == ProcessRole.ALL
        ? running.peerUrl(peer.text())
        : named;
  }

  private static PrometheusMeterRegistry metrics() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    return registry;
  }

  private static <T> T await(Future<T> starting, Duration most) {
    try {
      return starting
          .recover(e -> Future.failedFuture(inOneLine(e)))
          .await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StartupFailure("the stack did not start in " + most.toSeconds() + " s", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // An interruption, which await does not declare.
      throw new StartupFailure("the start was broken off", e);
    }
  }

  private static StartupFailure inOneLine(Throwable cause) {
    return cause instanceof StartupFailure failure
        ? failure
        : new StartupFailure("the stack did not start: " + cause.getMessage(), cause);
  }

  public int port() {
    return opened().port();
  }

  public int grpcPort() {
    return opened().grpcPort();
  }

  public int managementPort() {
    return opened().managementPort();
  }

  /** The stores this process runs on. */
  public EmbeddedStores stores() {
    return Objects.requireNonNull(stores, "start() comes first");
  }

  private Stack opened() {
    return Objects.requireNonNull(stack, "start() comes first");
  }

  /**
   * Drains, closes, and stops the embedded stores. A start that is under way on another thread is
   * broken off and stops what it began.
   */
  @Override
  public void close() {
    closing = true;
    Thread starting = starter;
    if (starting != null) {
      starting.interrupt();
      awaitStartEnded();
    }
    stop();
  }

  /** Whether {@link #close} was called. */
  public boolean isClosing() {
    return closing;
  }

  private void awaitStartEnded() {
    try {
      if (!startEnded.await(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("the start did not break off in {} s", START_MAX.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    Duration patience = settings.process().drainTimeout();
    Stack running = stack;
    Vertx loops = vertx;
    EmbeddedStores below = stores;
    stack = null;
    vertx = null;
    stores = null;
    if (running != null) {
      Duration leaving = settings.process().leaveAfter();
      within(leaving.plus(patience).plus(STOP_MARGIN), running.drain(patience));
    }
    if (loops != null) {
      within(STOP_MARGIN, loops.close());
    }
    if (below != null) {
      below.close();
    }
  }

  private static void within(Duration limit, Future<Void> stopping) {
    try {
      stopping
          .onFailure(e -> log.warn("stopped all the same: {}", e.toString()))
          .otherwiseEmpty()
          .await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("stopped without waiting any longer: {}", e.toString());
    }
  }
}
