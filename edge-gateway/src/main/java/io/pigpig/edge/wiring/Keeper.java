package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.Counter;
import io.pigpig.catalog.postgres.PostgresCatalog;
import io.pigpig.order.Audit;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.postgres.PostgresAudit;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.pricing.postgres.PostgresPrices;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.stock.GateKeeper;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockGate;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.pigpig.stock.redis.GateKeys;
import io.pigpig.stock.redis.RedisGateStore;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process does once and not per request: keeps the gate in line with the ledger, expires
 * unpaid orders, publishes new versions of catalog and prices, and makes audits. Owned by one event
 * loop; other loops ask through {@link #loop()}.
 */
final class Keeper {

  private static final Logger log = LoggerFactory.getLogger(Keeper.class);
  private static final long REFRESH_MILLIS = 5_000;
  private static final Duration AUDIT_STATEMENT_MAX = Duration.ofMinutes(2);

  private final Vertx vertx;
  private final Shared shared;
  private final PgLink postgres;
  private final PgLink auditor;
  private final RedisLink redis;
  private final PostgresCatalog catalog;
  private final PostgresPrices prices;
  private final PostgresStockLedger stockLedger;
  private final OrderLedger orders;
  private final Counter expired;
  private @Nullable Loop loop;
  private @Nullable Opened opened;

  /** What exists only once the gate's keys are known. */
  private record Opened(
      GateKeys keys, GateKeeper gateKeeper, ScriptedStockGate gate, Audit audit) {}

  Keeper(Vertx vertx, Shared shared, RandomGenerator random) {
    this.vertx = vertx;
    this.shared = shared;
    EdgeSettings settings = shared.settings();
    PgLinkSettings pg = settings.postgres();
    postgres = new PgLink(vertx, shared.urls().postgres(), "keeper", pg, random);
    auditor = new PgLink(vertx, shared.urls().postgres(), "auditor", patient(pg), random);
    redis = new RedisLink(vertx, shared.urls().redis(), "keeper", settings.redis(), random);
    catalog = new PostgresCatalog(postgres);
    prices = new PostgresPrices(postgres);
    stockLedger = new PostgresStockLedger(postgres);
    orders = new PostgresOrderLedger(postgres, postgres, settings.order());
    expired =
        Counter.builder("orders.expired")
            .description("Unpaid orders whose window passed and whose units came back.")
            .register(shared.registry());
  }

  private static PgLinkSettings patient(PgLinkSettings pg) {
    return new PgLinkSettings(
        pg.connectTimeout(),
        AUDIT_STATEMENT_MAX.plusSeconds(1),
        AUDIT_STATEMENT_MAX,
        pg.lockTimeout());
  }

  Future<Void> open(Context context) {
    Loop mine = new Loop(context);
    loop = mine;
    return Future.all(postgres.open(), auditor.open(), redis.open())
        .compose(up -> refresh())
        .compose(loaded -> stockLedger.ledgerId())
        .map(ledgerId -> open(mine, GateKeys.of(ledgerId)))
        .compose(all -> all.gate().open())
        .onSuccess(done -> startTimers());
  }

  private Opened open(Loop mine, GateKeys keys) {
    GateKeeper gateKeeper = new GateKeeper(stockLedger, new RedisGateStore(redis, keys));
    SoldOutBoard board =
        new SoldOutBoard(shared.ticker(), shared.settings().stock().soldOutRecheck());
    ScriptedStockGate gate =
        new ScriptedStockGate(
            redis, keys, board, gateKeeper::open, shared.settings().stock(), mine);
    Pause pause = millis -> vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    Audit audit =
        new PostgresAudit(auditor, gateKeeper::reconcile, pause, shared.settings().order());
    Opened all = new Opened(keys, gateKeeper, gate, audit);
    opened = all;
    return all;
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "open() comes first");
  }

  private void startTimers() {
    EdgeSettings settings = shared.settings();
    vertx.setPeriodic(settings.stock().reconcileEvery().toMillis(), id -> reconcile());
    vertx.setPeriodic(settings.order().expirySweep().toMillis(), id -> expire());
    vertx.setPeriodic(REFRESH_MILLIS, id -> refresh().onFailure(this::later));
  }

  private void reconcile() {
    opened().gate().openAgain();
    if (postgres.isUp() && redis.isUp()) {
      opened().gateKeeper().reconcile().onFailure(this::later);
    }
  }

  private void expire() {
    if (postgres.isUp()) {
      orders.expireSome().compose(this::giveBack).onFailure(this::later);
    }
  }

  /** A full batch means there may be more: sweep again at once. */
  private Future<Void> giveBack(OrderLedger.Expired swept) {
    if (swept.orders() == 0) {
      return Future.succeededFuture();
    }
    expired.increment((double) swept.orders());
    StockGate gate = opened().gate();
    return new UnitsBack(gate, shared.boards(), loop())
        .giveBack(swept.units())
        .onSuccess(
            done -> {
              if (swept.orders() == shared.settings().order().expiryBatchMax()) {
                expire();
              }
            });
  }

  private Future<Void> refresh() {
    return Future.all(catalog.version(), prices.version())
        .compose(
            versions -> {
              long catalogVersion = versions.<Long>resultAt(0);
              long priceVersion = versions.<Long>resultAt(1);
              return Future.all(refreshCatalog(catalogVersion), refreshPrices(priceVersion));
            })
        .mapEmpty();
  }

  private Future<Void> refreshCatalog(long version) {
    return version == shared.catalog().get().version()
        ? Future.succeededFuture()
        : catalog.load().onSuccess(shared.catalog()::publish).mapEmpty();
  }

  private Future<Void> refreshPrices(long version) {
    return version == shared.prices().get().version()
        ? Future.succeededFuture()
        : prices.load().onSuccess(shared.prices()::publish).mapEmpty();
  }

  /** Every task here comes round again by its timer. */
  private void later(Throwable cause) {
    log.warn("the keeper tries again later: {}", cause.getMessage());
  }

  Loop loop() {
    return Objects.requireNonNull(loop, "open() comes first");
  }

  GateKeys keys() {
    return opened().keys();
  }

  /** Makes the gate trustworthy; called on the keeper's loop. */
  Future<Long> openGate() {
    return opened().gateKeeper().open();
  }

  /** Runs the audit; called on the keeper's loop. */
  Future<List<Audit.Check>> audit() {
    return opened().audit().run();
  }

  boolean isReady() {
    return postgres.isUp() && redis.isUp();
  }

  /** Lets go of the stores; safe from any thread, and again. */
  Future<Void> close() {
    Loop mine = loop;
    return mine == null
        ? Future.succeededFuture()
        : mine.call(() -> Future.join(postgres.close(), auditor.close(), redis.close()).mapEmpty());
  }
}
