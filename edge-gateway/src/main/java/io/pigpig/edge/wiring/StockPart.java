package io.pigpig.edge.wiring;

import io.pigpig.edge.http.ManagementServer.Check;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.stock.LedgerStockHolds;
import io.pigpig.stock.LedgerStockService;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockService;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.postgres.PostgresHoldLedger;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One event loop's stock: a connection to the ledger and one to the gate. Owned by that loop. */
final class StockPart {

  private final Shared shared;
  private final Keeper keeper;
  private final PgLink postgres;
  private final RedisLink redis;
  private @Nullable Opened opened;

  private record Opened(ScriptedStockGate gate, StockService stock, StockHolds holds) {}

  StockPart(Vertx vertx, Shared shared, Keeper keeper, int number, RandomGenerator random) {
    this.shared = shared;
    this.keeper = keeper;
    EdgeSettings settings = shared.settings();
    postgres =
        new PgLink(vertx, shared.urls().postgres(), "stock-" + number, settings.postgres(), random);
    redis =
        new RedisLink(vertx, shared.urls().redis(), "stock-" + number, settings.redis(), random);
  }

  Future<Void> open(Loop mine) {
    return Future.all(postgres.open(), redis.open(keeper.keys().stock()))
        .map(up -> build(mine))
        .compose(all -> all.gate().open())
        .mapEmpty();
  }

  private Opened build(Loop mine) {
    EdgeSettings settings = shared.settings();
    SoldOutBoard board = new SoldOutBoard(shared.ticker(), settings.stock().soldOutRecheck());
    ScriptedStockGate gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(
                redis, keeper.keys(), board, () -> keeper.loop().call(keeper::openGate)),
            settings.stock(),
            mine);
    UnitsBack unitsBack = new UnitsBack(gate, shared.boards(), mine);
    Opened all =
        new Opened(
            gate,
            new LedgerStockService(new PostgresStockLedger(postgres), unitsBack, shared.catalog()),
            new LedgerStockHolds(
                new PostgresHoldLedger(postgres, settings.stock()), unitsBack, settings.stock()));
    opened = all;
    return all;
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "open() comes first");
  }

  StockService stock() {
    return opened().stock();
  }

  StockHolds holds() {
    return opened().holds();
  }

  /** Called several times a second. */
  void tick() {
    opened().gate().openAgain();
  }

  List<Check> checks() {
    return List.of(
        new Check("postgres", postgres.isUp()),
        new Check("redis", redis.isUp()),
        new Check("stock-gate", opened().gate().isOpen()));
  }

  /** Completes once everything that was begun has ended. */
  Future<Void> drained() {
    Opened all = opened;
    return all == null ? Future.succeededFuture() : all.gate().drained();
  }

  Future<Void> close() {
    return Future.join(postgres.close(), redis.close()).mapEmpty();
  }
}
