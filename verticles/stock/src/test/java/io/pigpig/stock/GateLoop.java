package io.pigpig.stock;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.postgres.PostgresCatalog;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.pigpig.stock.redis.GateKeys;
import io.pigpig.stock.redis.RedisGateStore;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's ledger and gate on a database and a Redis of their own. Calls from a test's
 * thread run on the loop and are waited for.
 */
final class GateLoop {

  private static final long WAIT_SECONDS = 30;

  final GateKeys keys;
  final SoldOutBoard board;
  final SoldOutBoards boards;
  final PostgresStockLedger ledger;
  final GateKeeper keeper;
  final ScriptedStockGate gate;
  final UnitsBack unitsBack;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong keeperNanos = new AtomicLong();
  private final PgLink postgres;
  private final RedisLink redis;

  GateLoop(String database, String redisUrl) throws Exception {
    Random random = new Random(3);
    postgres =
        new PgLink(
            vertx, database, "t", SettingsReader.read(PgLinkSettings.class, Map.of()), random);
    redis =
        new RedisLink(
            vertx, redisUrl, "t", SettingsReader.read(RedisLinkSettings.class, Map.of()), random);
    call(postgres::open);
    ledger = new PostgresStockLedger(postgres);
    keys = GateKeys.of(call(ledger::ledgerId));
    call(() -> redis.open(keys.stock()));
    StockSettings settings = SettingsReader.read(StockSettings.class, Map.of("repair-every", "0s"));
    boards = new SoldOutBoards(settings);
    board = new SoldOutBoard(Ticker.system(), settings.soldOutRecheck());
    Executor loop = task -> context.runOnContext(nothing -> task.run());
    boards.add(loop, board);
    keeper = new GateKeeper(ledger, new RedisGateStore(redis, keys), settings, keeperNanos::get);
    gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(redis, keys, board, keeper::open), settings, loop);
    unitsBack = new UnitsBack(gate, boards, loop);
    call(gate::open);
  }

  Vertx vertx() {
    return vertx;
  }

  Context context() {
    return context;
  }

  /** Lets so much time pass for the keeper that whatever has not moved stands still. */
  void standStill() {
    keeperNanos.addAndGet(TimeUnit.HOURS.toNanos(1));
  }

  /** A gate on a fresh ledger. */
  static GateLoop fresh(String database) throws Exception {
    return new GateLoop(TestStores.freshDatabase(database), TestStores.freshRedis());
  }

  <T extends @Nullable Object> T call(Supplier<Future<T>> work) throws Exception {
    return begin(work).await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** As {@link #call}, without waiting. */
  <T extends @Nullable Object> Future<T> begin(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.get().onComplete(promise);
          } catch (RuntimeException e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  /** The ledger's connection. */
  PgLink link() {
    return postgres;
  }

  /** The one number that a query answers. */
  long number(String query) throws Exception {
    return call(() -> postgres.query(query, Tuple.tuple())).iterator().next().getLong(0);
  }

  /** Sends Redis a command beside the gate, as a fault or to look. */
  @Nullable Response redis(Command command, Object... arguments) throws Exception {
    Request request = Request.cmd(command);
    for (Object argument : arguments) {
      request.arg(argument.toString());
    }
    return call(() -> redis.send(request));
  }

  /** Whether the gate is open, asked on its loop. */
  boolean isOpen() {
    try {
      return call(() -> Future.succeededFuture(gate.isOpen()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Catalog catalog() throws Exception {
    return call(new PostgresCatalog(postgres)::load);
  }

  /** Changes the ledger beside the gate. */
  void sql(String statement) throws Exception {
    call(() -> postgres.query(statement, Tuple.tuple()));
  }

  void close() throws Exception {
    call(gate::drained);
    call(() -> Future.all(postgres.close(), redis.close()));
    vertx.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }
}
