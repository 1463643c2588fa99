package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pigpig.cluster.BusMembership;
import io.pigpig.cluster.hazelcast.ClusteredVertx;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.edge.wiring.Shared.StoreUrls;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.runtime.stores.EmbeddedStores;
import io.pigpig.runtime.stores.Migrations;
import io.pigpig.runtime.stores.RunFolder;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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

  private static final Duration DRAIN_MARGIN = Duration.ofSeconds(3);
  private static final Duration VERTX_STOP_MAX = Duration.ofSeconds(2);

  /** As long as a member of a cluster waits for the others when it leaves. */
  private static final Duration CLUSTER_STOP_MAX = Duration.ofSeconds(5);

  private final EdgeSettings settings;
  private final Runnable afterDeaf;
  private final Choices choices;
  private final BreakableStart life = new BreakableStart(this::open, this::closeParts);
  private volatile @Nullable EmbeddedStores stores;
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable Stack stack;
  private volatile List<String> missing = List.of();

  /** A process that nobody starts again when the bus no longer reaches it: it stops. */
  public EdgeProcess(EdgeSettings settings) {
    this(settings, () -> {}, Choices.ours());
  }

  /**
   * @param afterDeaf ends the program, once this process has stopped because the bus no longer
   *     reaches it; called on a thread of its own
   */
  public EdgeProcess(EdgeSettings settings, Runnable afterDeaf, Choices choices) {
    this.settings = settings;
    this.afterDeaf = afterDeaf;
    this.choices = choices;
  }

  /**
   * Starts the process and returns once it serves.
   *
   * @throws StartupFailure with one line for the operator; nothing is left running then
   */
  public void start() {
    life.start();
  }

  private void open() {
    ProcessRole role = settings.process().role();
    EmbeddedStores ready = EmbeddedStores.start(settings.stores(), role.stores());
    stores = ready;
    if (role == ProcessRole.ALL) {
      ready.startPeers(Sandboxes.flags(settings));
    }
    Migrations.run(ready.jdbcUrl());
    VertxOptions options =
        new VertxOptions()
            // Nothing of ours is read from the class path by Vert.x, and a folder to unpack it to
            // would stay behind whenever this process is killed.
            .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false))
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
    Shared shared = Shared.of(settings, urls, security, registry).with(choices);
    BusMembership members = joined == null ? BusMembership.alone() : joined.members();
    Stack running = await(Stack.start(fresh, shared, registry, members), START_MAX);
    stack = running;
    if (joined != null) {
      await(running.watchBus(members, this::deaf), START_MAX);
    }
    missing = await(running.missing(), START_MAX);
    sayWhere(running);
  }

  /** What a stop takes beside the waits that the settings name, and beside embedded stores. */
  static Duration stopMargin(boolean clustered) {
    return DRAIN_MARGIN.plus(clustered ? CLUSTER_STOP_MAX : VERTX_STOP_MAX);
  }

  /** Whoever supervises this process starts it again, and it joins anew. */
  private void deaf() {
    Thread.ofPlatform()
        .name("deaf")
        .start(
            () -> {
              life.stop();
              afterDeaf.run();
            });
  }

  /** For {@code ./edge status}, which the process itself does not need. */
  private void sayWhere(Stack running) {
    try {
      runFolder()
          .serves(
              name(running.managementPort()),
              new RunFolder.Serving(
                  settings.process().role().text(),
                  settings.management().host(),
                  running.port(),
                  running.grpcPort(),
                  running.managementPort()));
    } catch (IOException e) {
      log.warn("./edge status will not know of this process: {}", e.toString());
    }
  }

  private void takeLeave(int managementPort) {
    try {
      runFolder().leaves(name(managementPort));
    } catch (IOException e) {
      log.warn("./edge status will go on to tell of this process: {}", e.toString());
    }
  }

  private RunFolder runFolder() {
    return RunFolder.of(Path.of(settings.stores().data()));
  }

  /** Several processes of one role may share a machine, and a data folder for their secrets. */
  private String name(int managementPort) {
    String given = settings.process().name();
    return given.isEmpty() ? settings.process().role().text() + "-" + managementPort : given;
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

  /** The checks of its readiness that failed when it had started; none when it is ready. */
  public List<String> missing() {
    return missing;
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
   * broken off and stops what it began; a stop that is under way is waited for.
   *
   * @return whether all that was accepted came to its end, and nothing is left behind
   */
  public boolean stop() {
    return life.stop();
  }

  /** As {@link #stop}. */
  @Override
  public void close() {
    life.stop();
  }

  /** Whether it was told to stop. */
  public boolean isStopping() {
    return life.isStopping();
  }

  private boolean closeParts() {
    Stack running = stack;
    Vertx loops = vertx;
    EmbeddedStores below = stores;
    boolean drained = running == null || drained(running);
    if (loops != null) {
      close(loops);
    }
    boolean left = below == null || closed(below);
    if (running != null) {
      takeLeave(running.managementPort());
    }
    return drained && left;
  }

  private boolean drained(Stack running) {
    Duration patience = settings.process().drainTimeout();
    Duration most = settings.process().leaveAfter().plus(patience).plus(DRAIN_MARGIN);
    StopSteps steps = running.drainSteps();
    Future<Void> draining = running.drain(patience);
    // What follows the last answer may end with the program.
    return ended(most, () -> "the drain did not get past " + steps.now(), draining)
        || steps.isSafe();
  }

  /** Nothing that was accepted depends on it any more. */
  private void close(Vertx loops) {
    Future<Void> closing =
        loops.close().onFailure(e -> log.warn("Vert.x did not close: {}", e.toString()));
    Duration most = settings.cluster().isEnabled() ? CLUSTER_STOP_MAX : VERTX_STOP_MAX;
    ended(most, () -> "Vert.x did not close", closing);
  }

  /**
   * @param stopping has logged why when it fails
   */
  private static boolean ended(Duration most, Supplier<String> late, Future<Void> stopping) {
    try {
      return stopping.map(true).otherwise(false).await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.error("{} in {} ms", late.get(), most.toMillis());
      return false;
    }
  }

  private static boolean closed(EmbeddedStores below) {
    try {
      below.close();
      return true;
    } catch (StartupFailure e) {
      log.error("{}", e.getMessage());
      return false;
    }
  }
}
