package io.pigpig.order;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.postgres.PostgresCatalog;
import io.pigpig.order.postgres.PostgresAudit;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.pricing.PriceBook;
import io.pigpig.pricing.postgres.PostgresPrices;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.stock.GateKeeper;
import io.pigpig.stock.LedgerStockService;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.SoldOutBoards;
import io.pigpig.stock.StockService;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.pigpig.stock.redis.GateKeys;
import io.pigpig.stock.redis.RedisGateStore;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One event loop's order path on the real stores, as the wiring builds it. Calls from a test's
 * thread run on the loop and are waited for.
 */
final class ShopLoop {

  private static final long WAIT_SECONDS = 30;

  final OrderProcessing orders;
  final StockService stock;
  final PostgresOrderLedger ledger;
  final ScriptedStockGate gate;
  final GateKeeper keeper;
  final Audit audit;
  final UnitsBack unitsBack;
  final Context context;
  private final PgLink writer;
  private final PgLink reader;
  private final RedisLink redis;
  private final long timer;
  private final Vertx vertx;

  private record Opened(Catalog catalog, PriceBook prices, GateKeys keys) {}

  static ShopLoop open(
      Vertx vertx,
      String postgresUrl,
      String redisUrl,
      SoldOutBoards boards,
      OrderSettings settings)
      throws Exception {
    return open(vertx, new Links(postgresUrl, postgresUrl, redisUrl), boards, settings);
  }

  /**
   * A shop whose links go where {@code links} says, to the stores or to what stands before them.
   */
  static ShopLoop open(Vertx vertx, Links links, SoldOutBoards boards, OrderSettings settings)
      throws Exception {
    Context context = freshLoop(vertx);
    PgLinkSettings pg = SettingsReader.read(PgLinkSettings.class, Map.of());
    Random random = new Random(7);
    PgLink writer = new PgLink(vertx, links.writerUrl(), "test-writer", pg, random);
    PgLink reader = new PgLink(vertx, links.readerUrl(), "test-reader", pg, random);
    RedisLink redis =
        new RedisLink(
            vertx,
            links.redisUrl(),
            "test-gate",
            SettingsReader.read(RedisLinkSettings.class, Map.of()),
            random);
    Opened opened =
        on(
            context,
            () ->
                Future.all(writer.open(), reader.open(), redis.open()).compose(up -> load(reader)));
    ShopLoop loop = new ShopLoop(vertx, context, writer, reader, redis, opened, boards, settings);
    on(context, loop.gate::open);
    return loop;
  }

  /** Where the three links of a shop go. */
  record Links(String writerUrl, String readerUrl, String redisUrl) {}

  /** The context of the next event loop in turn, so that two shops do not share one. */
  private static Context freshLoop(Vertx vertx) throws Exception {
    Promise<Context> loop = Promise.promise();
    vertx.deployVerticle(
        new VerticleBase() {
          @Override
          public Future<?> start() {
            loop.complete(context);
            return Future.succeededFuture();
          }
        });
    return loop.future().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static Future<Opened> load(PgLink reader) {
    return Future.all(
            new PostgresCatalog(reader).load(),
            new PostgresPrices(reader).load(),
            new PostgresStockLedger(reader).ledgerId())
        .map(all -> new Opened(all.resultAt(0), all.resultAt(1), GateKeys.of(all.resultAt(2))));
  }

  private ShopLoop(
      Vertx vertx,
      Context context,
      PgLink writer,
      PgLink reader,
      RedisLink redis,
      Opened opened,
      SoldOutBoards boards,
      OrderSettings settings) {
    this.vertx = vertx;
    this.context = context;
    this.writer = writer;
    this.reader = reader;
    this.redis = redis;
    Executor loop = task -> context.runOnContext(nothing -> task.run());
    Pause pause = millis -> vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    StockSettings stockSettings = SettingsReader.read(StockSettings.class, Map.of());
    SoldOutBoard board = new SoldOutBoard(Ticker.system(), stockSettings.soldOutRecheck());
    boards.add(loop, board);
    PostgresStockLedger stockLedger = new PostgresStockLedger(reader);
    keeper = new GateKeeper(stockLedger, new RedisGateStore(redis, opened.keys()));
    gate = new ScriptedStockGate(redis, opened.keys(), board, keeper::open, stockSettings, loop);
    unitsBack = new UnitsBack(gate, boards, loop);
    ledger = new PostgresOrderLedger(writer, reader, settings);
    stock = new LedgerStockService(stockLedger, unitsBack, opened::catalog);
    orders =
        new OrderProcessing(
            new OrderProcessing.Parts(
                ledger, gate, board, unitsBack, opened::prices, this::isDesign),
            settings,
            new LoopTools(Ticker.system(), InstantSource.system(), pause, new Random(11)),
            loop);
    audit = new PostgresAudit(reader, keeper::reconcile, pause, settings);
    timer =
        vertx.setPeriodic(
            50,
            id ->
                context.runOnContext(
                    nothing -> {
                      gate.openAgain();
                      orders.answerLate();
                    }));
  }

  /** The designs of these tests: all but one. */
  private Future<Boolean> isDesign(String designId) {
    return Future.succeededFuture(!designId.equals("0".repeat(64)));
  }

  /** Runs {@code work} on this loop and waits for what it answers. */
  <T> T call(Callable<Future<T>> work) throws Exception {
    return on(context, work);
  }

  /** Begins {@code work} on this loop. */
  <T> Future<T> begin(Callable<Future<T>> work) {
    return start(context, work);
  }

  private static <T> T on(Context context, Callable<Future<T>> work) throws Exception {
    return start(context, work).await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> Future<T> start(Context context, Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  void close() throws Exception {
    vertx.cancelTimer(timer);
    call(orders::drained);
    call(() -> Future.all(writer.close(), reader.close(), redis.close()));
  }
}
