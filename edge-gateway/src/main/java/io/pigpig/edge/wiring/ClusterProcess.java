package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.DevelopmentSecret;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.EmbeddedStores;
import io.pigpig.runtime.stores.Migrations;
import io.pigpig.runtime.stores.OwnProgram;
import io.pigpig.runtime.stores.StartupFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster on one machine: stores and peers here, and a process of its own for every role, started
 * again when it ends. Starting and stopping block, each for a bounded time.
 */
public final class ClusterProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterProcess.class);
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final String MAIN = "io.pigpig.edge.Main";

  /** Clients that ask at least once in this time have a new connection when a gateway ends. */
  private static final Duration LEAVE_AFTER = Duration.ofSeconds(2);

  /** Calls that a gateway may give up in 30 s. */
  private static final int RESETS_MAX = 10_000;

  private static final Duration STOP_MARGIN = Duration.ofSeconds(5);
  private static final List<String> JVM_FLAGS =
      List.of(
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+UseParallelGC",
          "-Djava.awt.headless=true",
          "-Xms128m",
          "-Xmx512m");

  /**
   * One process of the cluster.
   *
   * @param http port of its edge; 0 for none
   */
  public record Member(String name, long pid, int http, int grpc, int management) {}

  private final EdgeSettings settings;
  private final Map<String, String> given;
  private final List<Member> members = new ArrayList<>();
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Thread starter;
  private volatile @Nullable EmbeddedStores stores;
  private volatile boolean closing;

  /**
   * @param given what the user has set, by full name; every process gets it
   */
  public ClusterProcess(EdgeSettings settings, Map<String, String> given) {
    this.settings = settings;
    this.given = Map.copyOf(given);
  }

  /**
   * Starts everything and returns once it serves.
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
    EmbeddedStores ready = EmbeddedStores.start(settings.stores());
    stores = ready;
    ready.startPeers(Sandboxes.flags(settings));
    Migrations.run(ready.jdbcUrl());
    Map<String, String> shared = shared(ready);
    start(ProcessRole.RENDER, 1, shared);
    shared.put("services.render", places(ProcessRole.RENDER));
    start(ProcessRole.STOCK, 1, shared);
    shared.put("services.stock", places(ProcessRole.STOCK));
    for (int i = 1; i <= settings.process().cluster(); i++) {
      start(ProcessRole.ORDER, i, shared);
    }
    shared.put("services.order", places(ProcessRole.ORDER));
    int gateways = settings.process().gateways();
    if (gateways > 1) {
      // With SO_REUSEPORT a port that another cluster serves would not be refused.
      requireFree(settings.server().port(), "--port");
      requireFree(settings.grpc().port(), "--grpc-port");
    }
    for (int i = 1; i <= gateways; i++) {
      start(ProcessRole.GATEWAY, i, shared);
    }
  }

  private static void requireFree(int port, String flag) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException taken) {
      throw new StartupFailure(
          "port " + port + " cannot be used (" + taken.getMessage() + "); choose " + flag, taken);
    }
  }

  /** What every process of the cluster is told. */
  private Map<String, String> shared(EmbeddedStores ready) {
    Map<String, String> shared = new HashMap<>(given);
    shared.remove("process.cluster");
    shared.remove("process.gateways");
    Path data = Path.of(settings.stores().data()).toAbsolutePath();
    boolean embedded =
        settings.stores().postgresUrl().isEmpty() && settings.stores().redisUrl().isEmpty();
    if (settings.auth().publicKeyFile().isEmpty()) {
      // Made once, here, and read by all of them.
      DevelopmentSecret.readOrCreate(data.resolve("development.secret"));
    }
    shared.put("auth.development-issuer", settings.auth().issuesTokens(embedded) ? "on" : "off");
    shared.put("stores.data", data.toString());
    shared.put("stores.postgres-url", ready.postgresUrl());
    shared.put("stores.redis-url", ready.redisUrl());
    for (Peer peer : Peer.values()) {
      Path secret = SecurityFiles.callbackSecret(settings, peer);
      if (secret != null) {
        shared.put(peer.text() + ".callback-secret-file", secret.toString());
      }
      if (settings.of(peer).url().isEmpty()) {
        shared.put(peer.text() + ".url", ready.peerUrl(peer.text()));
      }
    }
    return shared;
  }

  private void start(ProcessRole role, int number, Map<String, String> shared) {
    if (closing) {
      throw new StartupFailure("stopped before it started");
    }
    EmbeddedStores running = Objects.requireNonNull(stores, "the stores come first");
    String text = role.name().toLowerCase(Locale.ROOT);
    String name = text + "-" + number;
    int grpc =
        role == ProcessRole.GATEWAY ? settings.grpc().port() : running.portOf(name + "-grpc");
    Map<String, String> its = new HashMap<>(shared);
    its.put("process.role", text);
    its.put("grpc.port", Integer.toString(grpc));
    if (role != ProcessRole.GATEWAY) {
      // Only our own processes connect there, and give up what their callers have given up.
      its.putIfAbsent("grpc.resets-max", Integer.toString(RESETS_MAX));
    }
    if (role == ProcessRole.GATEWAY && settings.process().gateways() > 1) {
      its.put("server.port-shared", "on");
      its.put("grpc.port-shared", "on");
      its.put("process.leave-after", leaveAfter().toMillis() + "ms");
    }
    Map<String, String> environment = new HashMap<>();
    its.forEach((key, value) -> environment.put(SettingsReader.environmentName(key), value));
    boolean front = role == ProcessRole.GATEWAY && number == 1 && settings.management().port() != 0;
    int management = front ? settings.management().port() : running.portOf(name);
    long pid =
        running.startProgram(
            new OwnProgram(
                name,
                JVM_FLAGS,
                MAIN,
                environment,
                port -> List.of("--management-port", Integer.toString(port)),
                "/health/ready",
                leaveAfter().plus(settings.process().drainTimeout()).plus(STOP_MARGIN)),
            management);
    int http = role.servesHttp() ? settings.server().port() : 0;
    members.add(new Member(name, pid, http, grpc, management));
  }

  private Duration leaveAfter() {
    Duration asked = settings.process().leaveAfter();
    return asked.isZero() ? LEAVE_AFTER : asked;
  }

  private String places(ProcessRole role) {
    String prefix = role.name().toLowerCase(Locale.ROOT) + "-";
    return String.join(
        ",",
        members.stream()
            .filter(member -> member.name().startsWith(prefix))
            .map(member -> "127.0.0.1:" + member.grpc())
            .toList());
  }

  /** Its processes as they were started; one that ends is started again under another pid. */
  public List<Member> members() {
    return List.copyOf(members);
  }

  /** Waits until it is closed: there is nothing to do here meanwhile. */
  public void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether {@link #close} was called. */
  public boolean isClosing() {
    return closing;
  }

  /**
   * Drains the gateway, then the other roles, and stops peers and stores. A start that is under way
   * on another thread is broken off and stops what it began.
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
    closed.countDown();
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
    EmbeddedStores running = stores;
    stores = null;
    if (running != null) {
      running.close();
    }
  }
}
