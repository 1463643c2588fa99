package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real Postgres and Redis of the tests: one pair per test JVM, started at first use in a
 * temporary folder, stopped and removed when the JVM ends. Blocking; any thread.
 */
public final class TestStores {

  private static final int REDIS_DATABASES = 16;

  /**
   * One per JVM by purpose: starting a pair takes seconds. Loaded, and so started, at first use. A
   * start that failed is not tried again, and every test that needs the stores says why it failed.
   */
  private static final class Holder {
    private static final Path FOLDER = temporaryFolder();
    private static final CompletableFuture<EmbeddedStores> STORES = started();
    private static final AtomicInteger NEXT_REDIS_DATABASE = new AtomicInteger(1);

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(Holder::remove, "test-stores-closer"));
    }

    private static CompletableFuture<EmbeddedStores> started() {
      try {
        return CompletableFuture.completedFuture(
            EmbeddedStores.start(new StoreSettings(FOLDER.toString(), "", "")));
      } catch (StartupFailure e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private static void remove() {
      if (!STORES.isCompletedExceptionally()) {
        STORES.join().close();
      }
      try {
        DataFolder.delete(FOLDER);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private TestStores() {}

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("pigpig-test-stores");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shared pair, for its pids and restart counters; never close it. */
  public static EmbeddedStores stores() {
    if (Holder.STORES.isCompletedExceptionally()) {
      Throwable why = Holder.STORES.exceptionNow();
      throw new IllegalStateException(why.getMessage(), why);
    }
    return Holder.STORES.join();
  }

  /** The unpacked server programs, for pairs that a test starts for itself. */
  static ServerBinaries binaries() {
    stores().postgresPid();
    return new ServerBinaries(Holder.FOLDER.resolve("programs"));
  }

  /** {@code postgresql://user:password@127.0.0.1:port/pigpig}, without migrations. */
  public static String postgresUrl() {
    return stores().postgresUrl();
  }

  /** {@code redis://127.0.0.1:port}, logical database 0. */
  public static String redisUrl() {
    return stores().redisUrl();
  }

  /**
   * An empty database of this name with every {@code db/migration} of the class path applied; an
   * older one of that name is dropped.
   *
   * @param name lower-case letters, digits and underscores
   * @return its {@code postgresql://} URL
   */
  public static String freshDatabase(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("database name " + name);
    }
    try (var connection = DriverManager.getConnection(stores().jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("database " + name, e);
    }
    PostgresUrl url = PostgresUrl.parse(postgresUrl()).withDatabase(name);
    Migrations.run(url.jdbcUrl());
    return url.url();
  }

  /** The JDBC form of a {@code postgresql://} URL. */
  public static String jdbcUrl(String postgresUrl) {
    return PostgresUrl.parse(postgresUrl).jdbcUrl();
  }

  /**
   * An emptied logical database of Redis: {@code redis://127.0.0.1:port/n}. There are 15, handed
   * out in turn.
   */
  public static String freshRedis() {
    int turn = Holder.NEXT_REDIS_DATABASE.getAndIncrement();
    int database = 1 + turn % (REDIS_DATABASES - 1);
    redisCommands("SELECT " + database + "\r\nFLUSHDB\r\n", "+OK\r\n+OK\r\n");
    return redisUrl() + "/" + database;
  }

  /** Empties every logical database of Redis, as a fault. */
  public static void flushRedis() {
    redisCommands("FLUSHALL\r\n", "+OK\r\n");
  }

  private static void redisCommands(String commands, String expected) {
    var address = URI.create(redisUrl());
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(expected.length());
      String text = new String(answer, StandardCharsets.US_ASCII);
      if (!text.equals(expected)) {
        throw new IllegalStateException("Redis answered " + text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills Postgres as {@code kill -9} does; it comes back by itself on its port. */
  public static void kill9Postgres() {
    kill9(stores().postgresPid().orElseThrow());
  }

  /** Kills Redis as {@code kill -9} does; it comes back by itself, empty, on its port. */
  public static void kill9Redis() {
    kill9(stores().redisPid().orElseThrow());
  }

  private static void kill9(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().orTimeout(5, TimeUnit.SECONDS).join();
  }
}
