package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.Counter;
import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.BusMembership;
import io.pigpig.cluster.ClusterEvents;
import io.pigpig.cluster.ClusterMetric;
import io.pigpig.order.Audit;
import io.pigpig.order.EventRelay;
import io.pigpig.order.MonthTending;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.bus.BusOrderEvents;
import io.pigpig.order.postgres.PostgresAudit;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.order.postgres.PostgresOrderMonths;
import io.pigpig.order.postgres.PostgresOutbox;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.stock.GateKeeper;
import io.pigpig.stock.HoldLedger;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.bus.BusStockEvents;
import io.pigpig.stock.postgres.PostgresHoldLedger;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.pigpig.stock.redis.GateKeys;
import io.pigpig.stock.redis.RedisGateStore;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process does once and not per request: keeps the gate in line with the ledger, expires
 * unpaid orders, hands committed changes on as events, publishes new versions of catalog and
 * prices, and makes audits. Owned by one event loop; other loops ask through {@link #loop()}.
 */
final class Keeper implements Housekeeper {

  private static final Logger log = LoggerFactory.getLogger(Keeper.class);

  private final Vertx vertx;
  private final Shared shared;
  private final PgLink postgres;
  private final PgLink auditor;
  private final RedisLink redis;
  private final Versions versions;
  private final PostgresStockLedger stockLedger;
  private final HoldLedger holds;
  private final OrderLedger orders;
  private final MonthTending months;
  private final EventRelay events;
  private final @Nullable PaymentComparison payments;
  private final Counter expired;
  private final ClusterEvents out;
  private final List<Long> timers = new ArrayList<>();
  private @Nullable Loop loop;
  private @Nullable Opened opened;
  private @Nullable Future<List<Audit.Check>> auditing;

  /** What exists only once the gate's keys are known. */
  private record Opened(
      GateKeys keys, GateKeeper gateKeeper, ScriptedStockGate gate, Audit audit) {}

  Keeper(Vertx vertx, Shared shared, BusMembership members, RandomGenerator random) {
    this.vertx = vertx;
    this.shared = shared;
    EdgeSettings settings = shared.settings();
    PgLinkSettings pg = settings.postgres();
    postgres = new PgLink(vertx, shared.urls().postgres(), "keeper", pg, random);
    auditor =
        new PgLink(
            vertx,
            shared.urls().postgres(),
            "auditor",
            patient(pg, settings.order().auditStatementTimeout()),
            random);
    redis = new RedisLink(vertx, shared.urls().redis(), "keeper", settings.redis(), random);
    versions = new Versions(shared, postgres);
    stockLedger = new PostgresStockLedger(postgres);
    holds = new PostgresHoldLedger(postgres, settings.stock());
    orders = new PostgresOrderLedger(postgres, postgres, settings.order());
    months = new MonthTending(new PostgresOrderMonths(postgres, settings.order()));
    payments =
        settings.process().role().keepsOrders()
            ? PaymentComparison.of(vertx, shared, postgres)
            : null;
    out =
        new ClusterEvents(
            new ClusterEvents.Parts(vertx, members, shared.ticker()), settings.cluster().bus());
    ClusterMetric.register(shared.registry(), out);
    events =
        new EventRelay(
            new EventRelay.Parts(
                new PostgresOutbox(postgres, owner(), settings.order()),
                stockLedger,
                new BusOrderEvents(out),
                new BusStockEvents(vertx.eventBus(), out)),
            settings.order());
    expired = KeeperMetric.expired(shared.registry());
  }

  /** No other process of these stores has the name, nor does this one after a restart. */
  private static String owner() {
    return UUID.randomUUID().toString();
  }

  private static PgLinkSettings patient(PgLinkSettings pg, Duration statementMax) {
    return new PgLinkSettings(
        pg.connectTimeout(), statementMax.plusSeconds(1), statementMax, pg.lockTimeout());
  }

  @Override
  public Future<Void> open(Context context) {
    Loop mine = new Loop(context);
    loop = mine;
    return Future.all(postgres.open(), auditor.open())
        .compose(up -> versions.refresh())
        .compose(loaded -> stockLedger.ledgerId())
        .map(GateKeys::of)
        .compose(keys -> redis.open(keys.stock()).map(up -> open(mine, keys)))
        .compose(all -> all.gate().open())
        .onSuccess(done -> startTimers());
  }

  private Opened open(Loop mine, GateKeys keys) {
    StockSettings stock = shared.settings().stock();
    GateKeeper gateKeeper =
        new GateKeeper(stockLedger, new RedisGateStore(redis, keys), stock, shared.ticker());
    SoldOutBoard board = new SoldOutBoard(shared.ticker(), stock.soldOutRecheck());
    ScriptedStockGate gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(redis, keys, board, gateKeeper::open), stock, mine);
    Audit audit =
        new PostgresAudit(auditor, gateKeeper::drift, Pause.of(vertx), shared.settings().order());
    Opened all = new Opened(keys, gateKeeper, gate, audit);
    opened = all;
    KeeperMetric.register(shared.registry(), gateKeeper);
    return all;
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "open() comes first");
  }

  private void startTimers() {
    EdgeSettings settings = shared.settings();
    if (settings.process().role().keepsStock()) {
      every("comparing the gate", settings.stock().reconcileEvery(), this::reconcile);
      every("expiring holds", settings.order().expirySweep(), this::expireHolds);
    }
    if (settings.process().role().keepsOrders()) {
      every("expiring orders", settings.order().expirySweep(), this::expire);
      every("relaying events", settings.order().relayEvery(), () -> ifUp(events::relay));
      // At once: the database may be from months ago.
      every("tending the months", settings.order().monthsTendEvery(), () -> ifUp(months::tend))
          .run();
    }
    PaymentComparison compared = payments;
    if (compared != null) {
      every(
          "comparing payments",
          settings.order().paymentsCompareEvery(),
          () -> ifUp(compared.reconciler()::reconcile));
    }
    every(
        "reading catalog and prices",
        settings.process().refreshEvery(),
        () -> versions.refresh().map(false));
    // What another process gave back; this one's loops have been told already.
    new BusStockEvents(vertx.eventBus(), out)
        .onReleased(skus -> shared.boards().reopen(skus, loop()));
  }

  @Override
  public Future<Void> watchBus(BusCanary canary) {
    return out.open(canary);
  }

  private PeriodicTask every(String name, Duration period, Supplier<Future<Boolean>> work) {
    Duration stuckAfter = shared.settings().process().taskTimeout();
    PeriodicTask task =
        new PeriodicTask(name, work, new PeriodicTask.On(loop(), shared.ticker(), stuckAfter));
    timers.add(vertx.setPeriodic(period.toMillis(), id -> task.run()));
    return task;
  }

  private Future<Boolean> reconcile() {
    opened().gate().openAgain();
    return isReady() ? opened().gateKeeper().reconcile().map(false) : Future.succeededFuture(false);
  }

  /** One sweep; answers whether the next has work already. */
  private Future<Boolean> expire() {
    return ifUp(() -> orders.expireSome().compose(this::giveBack));
  }

  private Future<Boolean> giveBack(OrderLedger.Expired swept) {
    expired.increment((double) swept.orders());
    return unitsBack().giveBack(swept.units()).map(swept.more());
  }

  private Future<Boolean> expireHolds() {
    return ifUp(
        () ->
            holds
                .expireSome()
                .compose(swept -> unitsBack().giveBack(swept.units()).map(swept.more())));
  }

  private Future<Boolean> ifUp(Supplier<Future<Boolean>> work) {
    return postgres.isUp() ? work.get() : Future.succeededFuture(false);
  }

  private UnitsBack unitsBack() {
    return new UnitsBack(opened().gate(), shared.boards(), loop());
  }

  @Override
  public boolean isOpen() {
    return loop != null;
  }

  @Override
  public Loop loop() {
    return Objects.requireNonNull(loop, "open() comes first");
  }

  GateKeys keys() {
    return opened().keys();
  }

  /** Makes the gate trustworthy; called on the keeper's loop. */
  Future<Long> openGate() {
    return opened().gateKeeper().open();
  }

  /** Runs the audit, or waits for the one that runs; called on the keeper's loop. */
  Future<List<Audit.Check>> audit() {
    Future<List<Audit.Check>> running = auditing;
    if (running == null || running.isComplete()) {
      running = opened().audit().run();
      auditing = running;
    }
    return running;
  }

  @Override
  public boolean isReady() {
    return postgres.isUp() && redis.isUp();
  }

  @Override
  public Future<Void> close() {
    Loop mine = loop;
    return mine == null
        ? Future.succeededFuture()
        : mine.call(() -> handBack().transform(done -> closeLinks()));
  }

  /** Begins nothing any more, and lets another process hand the outbox on at once. */
  private Future<Void> handBack() {
    timers.forEach(vertx::cancelTimer);
    timers.clear();
    return postgres.isUp()
        ? events
            .close()
            .onFailure(e -> log.warn("the outbox is left to its lease: {}", e.getMessage()))
        : Future.succeededFuture();
  }

  private Future<Void> closeLinks() {
    PaymentComparison compared = payments;
    return Future.join(
            postgres.close(),
            auditor.close(),
            redis.close(),
            compared == null ? Future.succeededFuture() : compared.close())
        .mapEmpty();
  }
}
