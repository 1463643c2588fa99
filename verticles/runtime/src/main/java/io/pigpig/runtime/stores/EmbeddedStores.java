package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.OwnProgram.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Postgres and the Redis that the stack runs on: the user's own where the settings name one,
 * else embedded ones in a data folder that survives restarts.
 *
 * <p>Starting and closing block, for seconds at most: call them on the main thread or a worker,
 * never on an event loop. An embedded server that dies is started again on its port until {@link
 * #close}. There is no shutdown hook: who starts the stores closes them, after the last order was
 * drained. A JVM that ends without closing leaves them running, and its programs; the next start on
 * the folder stops them, the programs first, and takes over.
 */
public final class EmbeddedStores implements AutoCloseable {

  /** Includes crash recovery, which replays at most {@code max_wal_size} of log. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(1);

  private static final Duration SANDBOX_DRAIN = Duration.ofSeconds(3);

  /** How long closing takes at most, while every server obeys its first signal. */
  public static final Duration STOP_MAX =
      SANDBOX_DRAIN.plus(RedisServer.STOP_MAX).plus(PostgresServer.STOP_MAX);

  static final String SANDBOX = "sandbox";
  private static final String SANDBOX_MAIN = "io.pigpig.sandbox.SandboxMain";
  private static final List<String> SANDBOX_JVM =
      List.of(
          "--sun-misc-unsafe-memory-access=allow",
          // A million entries, which is what its ledger takes.
          "-Xmx768m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto");

  private final ServerBinaries binaries;
  private final StoreSettings settings;
  private final Programs programs = new Programs(START_PATIENCE);
  private final Map<String, Integer> peerPorts = new ConcurrentHashMap<>();
  private volatile PostgresUrl postgresUrl;
  private volatile String redisUrl;
  private @Nullable DataFolder folder;
  private volatile @Nullable Supervised postgres;
  private volatile @Nullable Supervised redis;

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
    return start(settings, EnumSet.allOf(Store.class));
  }

  /**
   * As {@link #start(StoreSettings)}, of the stores that the process uses; the others are let be.
   */
  public static EmbeddedStores start(StoreSettings settings, Set<Store> used) {
    return start(settings, used, new ServerBinaries(Path.of(settings.data(), "programs")));
  }

  static EmbeddedStores start(StoreSettings settings, ServerBinaries binaries) {
    return start(settings, EnumSet.allOf(Store.class), binaries);
  }

  private static EmbeddedStores start(
      StoreSettings settings, Set<Store> used, ServerBinaries binaries) {
    boolean ownPostgres = settings.postgresUrl().isEmpty();
    PostgresUrl postgresUrl =
        ownPostgres ? PostgresUrl.UNKNOWN : PostgresUrl.parse(settings.postgresUrl());
    EmbeddedStores stores = new EmbeddedStores(settings, postgresUrl, binaries);
    boolean ownRedis = settings.redisUrl().isEmpty();
    List<Runnable> programs = new ArrayList<>();
    List<Runnable> steps = new ArrayList<>();
    if (used.contains(Store.POSTGRES)) {
      if (ownPostgres) {
        programs.add(binaries::postgres);
      }
      steps.add(ownPostgres ? stores::startPostgres : () -> ServerChecks.postgres(postgresUrl));
    }
    if (used.contains(Store.REDIS)) {
      if (ownRedis) {
        programs.add(binaries::redis);
      }
      steps.add(ownRedis ? stores::startRedis : () -> ServerChecks.redis(settings.redisUrl()));
    }
    try {
      if (!programs.isEmpty()) {
        stores.held();
      }
      // All programs before the first process: until a new process has closed them it has the files
      // open that are written just then, and the system runs no program that is open for writing.
      programs.forEach(Runnable::run);
      Together.run(steps.toArray(Runnable[]::new));
      return stores;
    } catch (RuntimeException e) {
      stores.closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(RuntimeException cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void startPostgres() {
    DataFolder held = held();
    PostgresServer server = new PostgresServer(held, binaries);
    StoreProcess process = new StoreProcess(server, held, Ticker.system());
    process.reclaim();
    server.initialise();
    int port = process.startOnItsPort("postgres", START_PATIENCE);
    postgres = Supervised.of(process, port);
    server.createDatabase(port);
    postgresUrl = server.url(port, PostgresServer.DATABASE);
  }

  private void startRedis() {
    DataFolder held = held();
    RedisServer server = new RedisServer(held, binaries);
    StoreProcess process = new StoreProcess(server, held, Ticker.system());
    process.reclaim();
    server.initialise();
    int port = process.startOnItsPort("redis", START_PATIENCE);
    redis = Supervised.of(process, port);
    redisUrl = server.url(port);
  }

  private DataFolder held() {
    DataFolder known = folder;
    if (known == null) {
      known = DataFolder.open(Path.of(settings.data()));
      folder = known;
      // While the stores that they work on are still there.
      Programs.reclaim(known);
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
    String ledger = held.file(SANDBOX).resolve(name).toString();
    OwnProgram sandbox =
        new OwnProgram(
            SANDBOX,
            SANDBOX + "-" + name,
            new OwnProgram.Jvm(SANDBOX_JVM, SANDBOX_MAIN, Map.of()),
            port -> {
              List<String> all = new ArrayList<>(List.of(name, "--port", Integer.toString(port)));
              all.addAll(List.of("--data", ledger));
              all.addAll(flags);
              return all;
            },
            "/health",
            SANDBOX_DRAIN);
    peerPorts.put(name, programs.startOnItsPort(sandbox, held).port());
  }

  /**
   * Starts a program on {@code port} and keeps it running until {@link #close}.
   *
   * @throws StartupFailure with one line for the operator
   */
  public void startProgram(OwnProgram program, int port) {
    programs.start(program, held(), port);
  }

  /** A port of the loopback interface that {@code name} keeps on this folder. */
  public int portOf(String name) {
    return held().port(name);
  }

  /** The URL of a peer that was started. */
  public String peerUrl(String name) {
    Integer port = peerPorts.get(name);
    if (port == null) {
      throw new IllegalStateException("the peer " + name + " was not started");
    }
    return JavaServer.url(port);
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

  /** As {@link #close(Consumer)}, telling nobody. */
  @Override
  public void close() {
    close(ended -> {});
  }

  /**
   * Stops the programs, those of one kind at once and the kind that was started last first, then
   * the peers, then Redis, then Postgres, then lets the data folder go. Each is stopped whatever
   * became of the others. Closing again does nothing.
   *
   * @param each is told of every program that has ended, on a thread of its own
   * @throws StartupFailure naming the first that could not be stopped
   */
  public void close(Consumer<Ended> each) {
    Ending ending = new Ending();
    programs.end(ending, each);
    peerPorts.clear();
    end(ending, redis);
    redis = null;
    end(ending, postgres);
    postgres = null;
    DataFolder held = folder;
    folder = null;
    if (held != null) {
      ending.then(held::close);
    }
    ending.done();
  }

  private static void end(Ending ending, @Nullable Supervised server) {
    if (server != null) {
      ending.then(server.supervisor()::close);
    }
  }
}
