package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The Postgres and the Redis that the stack runs on: the user's own where the settings name one,
 * else embedded ones in a data folder that survives restarts.
 *
 * <p>Starting and closing block, for seconds at most: call them on the main thread or a worker,
 * never on an event loop. An embedded server that dies is started again on its port until {@link
 * #close}. There is no shutdown hook: who starts the stores closes them, after the last order was
 * drained. A JVM that ends without closing leaves them running; the next start on the folder stops
 * them and takes over.
 */
public final class EmbeddedStores implements AutoCloseable {

  /** Includes crash recovery, which replays at most {@code max_wal_size} of log. */
  private static final int PORT_TRIES = 3;

  private static final Duration START_PATIENCE = Duration.ofMinutes(1);
  private static final Duration SANDBOX_DRAIN = Duration.ofSeconds(5);
  private static final String SANDBOX_MAIN = "io.pigpig.sandbox.SandboxMain";

  private final ServerBinaries binaries;
  private final StoreSettings settings;
  private final Map<String, Peer> peers = new ConcurrentHashMap<>();
  private final ArrayDeque<Supervised> programs = new ArrayDeque<>();
  private volatile PostgresUrl postgresUrl;
  private volatile String redisUrl;
  private @Nullable DataFolder folder;
  private volatile @Nullable Supervised postgres;
  private volatile @Nullable Supervised redis;

  private record Supervised(StoreProcess process, StoreSupervisor supervisor) {}

  private record Peer(Supervised supervised, String url) {}

  private EmbeddedStores(StoreSettings settings, PostgresUrl postgresUrl, ServerBinaries binaries) {
    this.settings = settings;
    this.postgresUrl = postgresUrl;
    this.redisUrl = settings.redisUrl();
    this.binaries = binaries;
  }

  /**
   * Starts what {@code settings} do not name and checks what they name (version, durability), and
   * returns once both serve.
   *
   * @throws StartupFailure with one line for the operator, also when the thread is interrupted;
   *     nothing is left running then
   */
  public static EmbeddedStores start(StoreSettings settings) {
    return start(settings, new ServerBinaries(Path.of(settings.data(), "programs")));
  }

  static EmbeddedStores start(StoreSettings settings, ServerBinaries binaries) {
    boolean ownPostgres = settings.postgresUrl().isEmpty();
    PostgresUrl postgresUrl =
        ownPostgres ? PostgresUrl.UNKNOWN : PostgresUrl.parse(settings.postgresUrl());
    EmbeddedStores stores = new EmbeddedStores(settings, postgresUrl, binaries);
    boolean ownRedis = settings.redisUrl().isEmpty();
    try {
      if (ownPostgres || ownRedis) {
        stores.held();
      }
      Together.run(
          ownPostgres ? stores::startPostgres : () -> ServerChecks.postgres(postgresUrl),
          ownRedis ? stores::startRedis : () -> ServerChecks.redis(settings.redisUrl()));
      return stores;
    } catch (RuntimeException e) {
      stores.close();
      throw e;
    }
  }

  private void startPostgres() {
    DataFolder held = held();
    PostgresServer server = new PostgresServer(held, binaries);
    StoreProcess process = new StoreProcess(server, held, Ticker.system());
    process.reclaim();
    server.initialise();
    int port = started(process, held, "postgres");
    postgres = supervised(process, port);
    server.createDatabase(port);
    postgresUrl = server.url(port, PostgresServer.DATABASE);
  }

  private void startRedis() {
    DataFolder held = held();
    RedisServer server = new RedisServer(held, binaries);
    StoreProcess process = new StoreProcess(server, held, Ticker.system());
    process.reclaim();
    server.initialise();
    int port = started(process, held, "redis");
    redis = supervised(process, port);
    redisUrl = server.url(port);
  }

  /** Starts it on its port, or on another one when that was taken while it started. */
  private static int started(StoreProcess process, DataFolder held, String name) {
    for (int attempt = 1; ; attempt++) {
      int port = held.port(name);
      try {
        process.start(port, START_PATIENCE);
        return port;
      } catch (RuntimeException e) {
        process.stop();
        if (attempt == PORT_TRIES || DataFolder.isFree(port)) {
          throw e;
        }
      }
    }
  }

  private static Supervised supervised(StoreProcess process, int port) {
    return new Supervised(process, StoreSupervisor.watch(process, port));
  }

  private DataFolder held() {
    DataFolder known = folder;
    if (known == null) {
      known = DataFolder.open(Path.of(settings.data()));
      folder = known;
    }
    return known;
  }

  /**
   * Starts sandbox peers and keeps them running until {@link #close}.
   *
   * @param flags of {@code payment} and {@code carrier}, beside port and folder; a peer without an
   *     entry is not started
   * @throws StartupFailure with one line for the operator
   */
  public void startPeers(Map<String, List<String>> flags) {
    if (!flags.isEmpty()) {
      held();
    }
    Together.run(
        flags.entrySet().stream()
            .map(peer -> (Runnable) () -> startPeer(peer.getKey(), peer.getValue()))
            .toArray(Runnable[]::new));
  }

  private void startPeer(String name, List<String> flags) {
    DataFolder held = held();
    String ledger = held.file("sandbox").resolve(name).toString();
    OwnProgram sandbox =
        new OwnProgram(
            "sandbox-" + name,
            List.of(
                "--sun-misc-unsafe-memory-access=allow",
                // A million entries, which is what its ledger takes.
                "-Xmx768m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto"),
            SANDBOX_MAIN,
            Map.of(),
            port -> {
              List<String> all = new ArrayList<>(List.of(name, "--port", Integer.toString(port)));
              all.addAll(List.of("--data", ledger));
              all.addAll(flags);
              return all;
            },
            "/health",
            SANDBOX_DRAIN);
    JavaServer server = new JavaServer(held, sandbox);
    StoreProcess process = new StoreProcess(server, held, Ticker.system());
    process.reclaim();
    int port = started(process, held, sandbox.name());
    peers.put(name, new Peer(supervised(process, port), server.url(port)));
  }

  /**
   * Starts a program on {@code port} and keeps it running until {@link #close}, which ends the last
   * one first.
   *
   * @return its pid
   * @throws StartupFailure with one line for the operator
   */
  public long startProgram(OwnProgram program, int port) {
    DataFolder held = held();
    StoreProcess process = new StoreProcess(new JavaServer(held, program), held, Ticker.system());
    process.reclaim();
    try {
      process.start(port, START_PATIENCE);
    } catch (RuntimeException e) {
      process.stop();
      throw e;
    }
    programs.addFirst(supervised(process, port));
    return process.pid();
  }

  /** A port of the loopback interface that {@code name} keeps on this folder. */
  public int portOf(String name) {
    return held().port(name);
  }

  /** The URL of a peer that was started. */
  public String peerUrl(String name) {
    Peer peer = peers.get(name);
    if (peer == null) {
      throw new IllegalStateException("the peer " + name + " was not started");
    }
    return peer.url();
  }

  /** {@code postgresql://user:password@host:port/database}, as libpq and Vert.x read it. */
  public String postgresUrl() {
    return postgresUrl.url();
  }

  /** The same database for JDBC, user and password included. */
  public String jdbcUrl() {
    return postgresUrl.jdbcUrl();
  }

  /** {@code redis://host:port}. */
  public String redisUrl() {
    return redisUrl;
  }

  /** The pid of the embedded Postgres, or nothing on a server of the user's own. */
  public OptionalLong postgresPid() {
    return postgres == null ? OptionalLong.empty() : OptionalLong.of(postgres.process().pid());
  }

  /** The pid of the embedded Redis, or nothing on a server of the user's own. */
  public OptionalLong redisPid() {
    return redis == null ? OptionalLong.empty() : OptionalLong.of(redis.process().pid());
  }

  /** How often Postgres died and was started again. */
  public int postgresRestarts() {
    return postgres == null ? 0 : postgres.supervisor().restarts();
  }

  /** How often Redis died and was started again. */
  public int redisRestarts() {
    return redis == null ? 0 : redis.supervisor().restarts();
  }

  /**
   * Stops the programs, then the peers, then Redis, then Postgres, then lets the data folder go.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    try {
      programs.forEach(program -> program.supervisor().close());
    } finally {
      programs.clear();
      closePeers();
    }
  }

  private void closePeers() {
    try {
      peers.values().forEach(peer -> peer.supervised().supervisor().close());
    } finally {
      peers.clear();
      closeRedis();
    }
  }

  private void closeRedis() {
    try {
      if (redis != null) {
        redis.supervisor().close();
      }
    } finally {
      redis = null;
      closePostgres();
    }
  }

  private void closePostgres() {
    try {
      if (postgres != null) {
        postgres.supervisor().close();
      }
    } finally {
      postgres = null;
      if (folder != null) {
        folder.close();
      }
      folder = null;
    }
  }
}
