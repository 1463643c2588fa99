package io.pigpig.order;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.postgres.PostgresCatalog;
import io.pigpig.order.http.HttpPayments;
import io.pigpig.order.postgres.PostgresAudit;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.order.postgres.PostgresSagaLedger;
import io.pigpig.pricing.PriceBook;
import io.pigpig.pricing.postgres.PostgresPrices;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.pigpig.shipping.http.HttpCarrier;
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
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One event loop's order path on the real stores, as the wiring builds it. Calls from a test's
 * thread run on the loop and are waited for.
 */
final class ShopLoop {

  /** Only some tests have a reconciler; to the audit of the others its absence is no outage. */
  private static final String NOBODY_READS_CHARGES =
      "UPDATE payment_statement SET made_at = now() + interval '1 hour'";

  private static final long WAIT_SECONDS = 30;

  final OrderProcessing orders;
  final StockService stock;
  final PostgresOrderLedger ledger;
  final ScriptedStockGate gate;
  final GateKeeper keeper;
  final GateKeys keys;
  final Audit audit;
  final UnitsBack unitsBack;
  final Context context;
  final SagaLedger sagaLedger;

  /** The designs whose print file was asked for, and what came of it. */
  final List<String> printed = new CopyOnWriteArrayList<>();

  volatile Supplier<Future<Void>> printing = Future::succeededFuture;
  private final Links links;
  private volatile boolean worksOnSagas;
  private final long timer;
  private Future<Void> reconciling = Future.succeededFuture();
  private final Vertx vertx;

  private record Links(
      PgLink writer, PgLink reader, RedisLink redis, PeerClient payment, PeerClient carrier) {}

  private record Opened(Catalog catalog, PriceBook prices, GateKeys keys) {}

  /** Where a shop finds its stores; each link may go another way. */
  record Ways(String writer, String reader, String redis) {}

  /** What the shops of one test share. */
  record World(Vertx vertx, Ways ways, SoldOutBoards boards, TestPeers peers) {

    static World on(Vertx vertx, String postgresUrl) throws Exception {
      Ways straight = new Ways(postgresUrl, postgresUrl, TestStores.redisUrl());
      return new World(vertx, straight, freshBoards(), new TestPeers());
    }

    /** Another process on the same stores and peers. */
    World another() {
      return new World(vertx, ways, freshBoards(), peers);
    }

    /** The same process with other ways to its stores. */
    World by(Ways other) {
      return new World(vertx, other, boards, peers);
    }

    private static SoldOutBoards freshBoards() {
      return new SoldOutBoards(SettingsReader.read(StockSettings.class, Map.of()));
    }

    void close() throws Exception {
      peers.close();
    }
  }

  static ShopLoop open(World world, OrderSettings settings) throws Exception {
    return open(world, settings, SettingsReader.read(SagaSettings.class, Map.of()));
  }

  static ShopLoop open(World world, OrderSettings settings, SagaSettings sagas) throws Exception {
    Vertx vertx = world.vertx();
    Context context = freshLoop(vertx);
    PgLinkSettings pg = SettingsReader.read(PgLinkSettings.class, Map.of());
    RandomGenerator random = RandomGenerator.getDefault();
    PgLink writer = new PgLink(vertx, world.ways().writer(), "test-writer", pg, random);
    PgLink reader = new PgLink(vertx, world.ways().reader(), "test-reader", pg, random);
    RedisLink redis =
        new RedisLink(
            vertx,
            world.ways().redis(),
            "test-gate",
            SettingsReader.read(RedisLinkSettings.class, Map.of()),
            random);
    Opened opened =
        on(
            context,
            () ->
                Future.all(writer.open(), reader.open())
                    .compose(up -> reader.query(NOBODY_READS_CHARGES, Tuple.tuple()))
                    .compose(up -> load(reader))
                    .compose(all -> redis.open(all.keys().stock()).map(all)));
    Links links =
        new Links(
            writer,
            reader,
            redis,
            TestPeers.client(vertx, world.peers().paymentPort()),
            TestPeers.client(vertx, world.peers().carrierPort()));
    ShopLoop loop = new ShopLoop(world, context, links, opened, settings, sagas);
    on(context, loop.gate::open);
    return loop;
  }

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
      World world,
      Context context,
      Links links,
      Opened opened,
      OrderSettings settings,
      SagaSettings sagas) {
    this.vertx = world.vertx();
    this.context = context;
    this.links = links;
    PgLink reader = links.reader();
    RedisLink redis = links.redis();
    SoldOutBoards boards = world.boards();
    Executor loop = task -> context.runOnContext(nothing -> task.run());
    Pause pause = Pause.of(vertx);
    StockSettings stockSettings =
        SettingsReader.read(StockSettings.class, Map.of("repair-every", "50ms"));
    SoldOutBoard board = new SoldOutBoard(Ticker.system(), stockSettings.soldOutRecheck());
    boards.add(loop, board);
    PostgresStockLedger stockLedger = new PostgresStockLedger(reader);
    keys = opened.keys();
    keeper =
        new GateKeeper(
            stockLedger, new RedisGateStore(redis, opened.keys()), stockSettings, Ticker.system());
    gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(redis, opened.keys(), board, keeper::open),
            stockSettings,
            loop);
    unitsBack = new UnitsBack(gate, boards, loop);
    ledger = new PostgresOrderLedger(links.writer(), reader, settings);
    sagaLedger = new PostgresSagaLedger(reader, "test", sagas);
    stock = new LedgerStockService(stockLedger, unitsBack, opened::catalog);
    orders =
        new OrderProcessing(
            new OrderProcessing.Parts(
                ledger,
                sagaLedger,
                gate,
                board,
                unitsBack,
                opened::prices,
                this::isDesign,
                new HttpPayments(links.payment()),
                this::print,
                new HttpCarrier(links.carrier())),
            new OrderProcessing.Settings(settings, sagas),
            // Not seeded: two loops with one seed would make the same order ids.
            new LoopTools(
                Ticker.system(), InstantSource.system(), pause, RandomGenerator.getDefault()),
            loop);
    audit = new PostgresAudit(reader, keeper::drift, pause, settings);
    timer =
        vertx.setPeriodic(
            50,
            id ->
                context.runOnContext(
                    nothing -> {
                      gate.openAgain();
                      orders.answerLate();
                      reconcile();
                      if (worksOnSagas) {
                        orders.workOnSagas();
                      }
                    }));
  }

  /** From now on sagas go on after the payment. */
  void workOnSagas() {
    worksOnSagas = true;
  }

  private Future<Void> print(String designId) {
    printed.add(designId);
    return printing.get();
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

  private void reconcile() {
    if (reconciling.isComplete()) {
      reconciling = keeper.reconcile();
    }
  }

  void close() throws Exception {
    vertx.cancelTimer(timer);
    call(() -> reconciling.otherwiseEmpty());
    call(orders::drained);
    call(
        () ->
            Future.all(
                links.writer().close(),
                links.reader().close(),
                links.redis().close(),
                links.payment().close(),
                links.carrier().close()));
  }
}
