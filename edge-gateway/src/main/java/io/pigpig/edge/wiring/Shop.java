package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.CachedTokenVerifier;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.http.Edge;
import io.pigpig.edge.http.EdgeServices;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.order.LoopTools;
import io.pigpig.order.OrderProcessing;
import io.pigpig.order.http.HttpPayments;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.order.postgres.PostgresSagaLedger;
import io.pigpig.render.RenderService;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.runtime.stores.StartupFailure;
import io.pigpig.shipping.http.HttpCarrier;
import io.pigpig.stock.LedgerStockService;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockService;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything one event loop serves with, nothing of it shared with another loop: an HTTP server,
 * the order path, a connection that places orders, one that reads, one to Redis. Owned by that
 * loop; {@link #loop()} is how others reach it.
 */
final class Shop {

  private final Vertx vertx;
  private final Shared shared;
  private final Keeper keeper;
  private final RenderService designs;
  private final RandomGenerator random;
  private final PgLink writer;
  private final PgLink reader;
  private final RedisLink redis;
  private final PeerClient payment;
  private final PeerClient carrier;
  private final String owner;
  private final AtomicInteger pendingOrders;
  private @Nullable Loop loop;
  private @Nullable Opened opened;
  private int port;

  private record Opened(ScriptedStockGate gate, OrderProcessing orders, Edge edge) {}

  /** What a shop gets from the process it is part of. */
  record Surroundings(
      Vertx vertx, Shared shared, Keeper keeper, RenderService designs, AtomicInteger pending) {}

  Shop(Surroundings around, int number, RandomGenerator random) {
    this.vertx = around.vertx();
    this.shared = around.shared();
    this.keeper = around.keeper();
    this.designs = around.designs();
    this.pendingOrders = around.pending();
    this.random = random;
    EdgeSettings settings = shared.settings();
    String url = shared.urls().postgres();
    writer = new PgLink(vertx, url, "order-writer-" + number, settings.postgres(), random);
    reader = new PgLink(vertx, url, "order-reader-" + number, settings.postgres(), random);
    redis = new RedisLink(vertx, shared.urls().redis(), "gate-" + number, settings.redis(), random);
    payment = new PeerClient(vertx, shared.urls().payment(), settings.payment());
    carrier = new PeerClient(vertx, shared.urls().carrier(), settings.carrier());
    owner = ProcessHandle.current().pid() + "-" + number;
  }

  Future<Integer> open(Context context) {
    Loop mine = new Loop(context);
    loop = mine;
    return Future.all(writer.open(), reader.open(), redis.open(keeper.keys().stock()))
        .map(up -> build(mine))
        .compose(all -> all.gate().open().map(all))
        .compose(all -> all.edge().open().recover(this::portTaken))
        .recover(e -> close().transform(closed -> Future.failedFuture(e)))
        .onSuccess(
            listening -> {
              port = listening;
              vertx.setPeriodic(shared.settings().order().lateEvery().toMillis(), id -> tick());
              vertx.setPeriodic(
                  shared.settings().saga().poll().toMillis(),
                  id -> opened().orders().workOnSagas());
            });
  }

  private Future<Integer> portTaken(Throwable cause) {
    int asked = shared.settings().server().port();
    return Future.failedFuture(
        new StartupFailure(
            "port " + asked + " cannot be used (" + cause.getMessage() + "); choose --port",
            cause));
  }

  private Opened build(Loop mine) {
    EdgeSettings settings = shared.settings();
    SoldOutBoard board = new SoldOutBoard(shared.ticker(), settings.stock().soldOutRecheck());
    shared.boards().add(mine, board);
    ScriptedStockGate gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(
                redis, keeper.keys(), board, () -> keeper.loop().call(keeper::openGate)),
            settings.stock(),
            mine);
    UnitsBack unitsBack = new UnitsBack(gate, shared.boards(), mine);
    OrderProcessing orders =
        new OrderProcessing(
            new OrderProcessing.Parts(
                new PostgresOrderLedger(writer, reader, settings.order()),
                new PostgresSagaLedger(reader, owner, settings.saga()),
                gate,
                board,
                unitsBack,
                shared.prices(),
                new KnownDesigns(designs, settings.order().knownDesignsMax()),
                new HttpPayments(payment),
                designs::print,
                new HttpCarrier(carrier)),
            new OrderProcessing.Settings(settings.order(), settings.saga()),
            new LoopTools(shared.ticker(), shared.clock(), Pause.of(vertx), random),
            mine);
    StockService stock =
        new LedgerStockService(new PostgresStockLedger(reader), unitsBack, shared.catalog());
    Opened all = new Opened(gate, orders, edge(orders, stock));
    opened = all;
    return all;
  }

  private Edge edge(OrderProcessing orders, StockService stock) {
    EdgeServices services =
        new EdgeServices(
            orders,
            orders.console(),
            orders.hints(),
            stock,
            designs,
            () -> keeper.loop().call(keeper::audit),
            shared.catalog(),
            shared.prices());
    Security security = shared.security();
    Supplier<DevelopmentIssuer> issuers = security.issuers();
    Edge.Guard guard =
        new Edge.Guard(
            new CachedTokenVerifier(
                security.verifiers().get(), shared.settings().auth().cacheMax(), shared.ownClock()),
            issuers == null ? null : issuers.get(),
            security.peers());
    Edge.Surroundings around =
        new Edge.Surroundings(
            shared.ticker(), shared.ownClock(), random, shared.registry(), shared.activeRequests());
    return new Edge(vertx, shared.settings().server(), services, guard, around);
  }

  private void tick() {
    opened().gate().openAgain();
    opened().orders().answerLate();
    pendingOrders.set(opened().orders().pending());
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "open() comes first");
  }

  Loop loop() {
    return Objects.requireNonNull(loop, "open() comes first");
  }

  /** Where this shop listens, known once it is open. */
  int port() {
    return port;
  }

  /** What this loop needs to serve and whether it has it; called on its loop. */
  List<Check> checks() {
    return List.of(
        new Check("postgres", writer.isUp() && reader.isUp()),
        new Check("redis", redis.isUp()),
        new Check("stock-gate", opened().gate().isOpen()));
  }

  /** One thing a shop needs. */
  record Check(String name, boolean up) {}

  /**
   * Answers what was accepted, takes no more, and lets go of the stores; also of a shop that did
   * not open whole. Safe from any thread.
   */
  Future<Void> drain(Duration patience) {
    Loop mine = loop;
    return mine == null ? Future.succeededFuture() : mine.call(() -> drainHere(patience));
  }

  private Future<Void> drainHere(Duration patience) {
    Opened all = opened;
    Future<Void> answered =
        all == null
            ? Future.succeededFuture()
            : all.edge()
                .drain(patience)
                .otherwiseEmpty()
                .compose(stopped -> all.orders().drained())
                .compose(committed -> all.gate().drained());
    return answered.eventually(this::close);
  }

  private Future<Void> close() {
    return Future.join(
            writer.close(), reader.close(), redis.close(), payment.close(), carrier.close())
        .mapEmpty();
  }
}
