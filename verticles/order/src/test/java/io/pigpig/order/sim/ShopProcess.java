package io.pigpig.order.sim;

import io.pigpig.order.LoopTools;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.OrderProcessing;
import io.pigpig.runtime.StoreClock;
import io.pigpig.stock.GateKeeper;
import io.pigpig.stock.LedgerStockService;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.SoldOutBoards;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.redis.RedisGateStore;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * One process of the shop, wired as production wires a loop and its keeper, with models at the
 * nearest ports that need no socket: the ledgers in front of Postgres, the commands for Redis, the
 * payment provider, the carrier, the printer. The keeper's tasks are those of the edge's keeper,
 * which itself opens sockets; here keeper and shop share one loop.
 */
final class ShopProcess {

  private static final String KNOWN_DESIGN = "a".repeat(64);

  private final World world;
  private final Surroundings around;
  private final Machine machine;
  private final List<Link> links;
  private final Link reader;
  private final StoreClock clock;
  private final OrderLedger ledger;
  private final ScriptedStockGate gate;
  private final GateKeeper keeper;
  private final UnitsBack unitsBack;
  private final OrderProcessing orders;
  private final LedgerStockService stock;
  private boolean serving;

  ShopProcess(World world, Surroundings around, SimSettings settings, Machine machine) {
    this.world = world;
    this.around = around;
    this.machine = machine;
    Link writer = link(around.postgresServer, "writer", SimSettings.POSTGRES_ANSWER);
    reader = link(around.postgresServer, "reader", SimSettings.POSTGRES_ANSWER);
    Link redisLink = link(around.redisServer, "redis", SimSettings.REDIS_ANSWER);
    Link payment = link(around.paymentServer, "payment", SimSettings.PEER_ANSWER);
    Link carrier = link(around.carrierServer, "carrier", SimSettings.PEER_ANSWER);
    links = List.of(writer, reader, redisLink, payment, carrier);
    clock = new StoreClock(machine);
    ledger = new ModelOrderLedger(world, around.postgres, writer, reader);
    ModelStockLedger stockLedger = new ModelStockLedger(around.postgres, reader);
    ModelRedisCommands redis = new ModelRedisCommands(around.redis, redisLink);
    keeper =
        new GateKeeper(
            stockLedger, new RedisGateStore(redis, around.gateKeys), settings.stock(), machine);
    SoldOutBoards boards = new SoldOutBoards(heard -> heard);
    SoldOutBoard board = new SoldOutBoard(machine, settings.stock().soldOutRecheck());
    boards.add(machine, board);
    gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(redis, around.gateKeys, board, keeper::open),
            settings.stock(),
            machine);
    unitsBack = new UnitsBack(gate, boards, machine);
    orders =
        new OrderProcessing(
            new OrderProcessing.Parts(
                ledger,
                new ModelSagaLedger(world, around.postgres, reader),
                gate,
                board,
                unitsBack,
                () -> around.prices,
                design -> Future.succeededFuture(design.equals(KNOWN_DESIGN)),
                new ModelPayments(world, around.payment, payment),
                this::print,
                new ModelCarrier(world, around.carrier, carrier)),
            new OrderProcessing.Settings(settings.order(), settings.saga()),
            new LoopTools(machine, clock, machine, world.random()),
            machine);
    stock = new LedgerStockService(stockLedger, unitsBack, () -> around.catalog);
    machine.later(0, () -> open(settings));
  }

  private Link link(Server server, String name, Duration timeout) {
    return new Link(world, machine, server, name, timeout);
  }

  private Future<Void> print(String designId) {
    Promise<Void> printed = Promise.promise();
    machine.later(
        world.millisBetween(5, 150),
        () -> {
          if (world.chance(around.printErrorPercent)) {
            printed.fail("the printer is on fire");
          } else {
            printed.complete();
          }
        });
    return printed.future();
  }

  /** As a process opens: it serves once its clock was measured and its gate was asked for. */
  private void open(SimSettings settings) {
    refresh()
        .compose(measured -> gate.open())
        .onSuccess(opened -> serve(settings))
        .onFailure(e -> machine.later(world.millisBetween(50, 200), () -> open(settings)));
  }

  private void serve(SimSettings settings) {
    serving = true;
    world.log(machine.name() + " serves");
    machine.every(settings.order().lateEvery().toNanos(), this::tick);
    machine.every(settings.saga().poll().toNanos(), orders::workOnSagas);
    repeat(settings.stock().reconcileEvery(), this::reconcile);
    repeat(settings.order().expirySweep(), this::expire);
    repeat(SimSettings.CLOCK_REFRESH, this::refresh);
  }

  private void tick() {
    gate.openAgain();
    orders.answerLate();
  }

  /** A task is left out while it still runs, and runs again at once if it says so. */
  private void repeat(Duration period, Supplier<Future<?>> work) {
    boolean[] running = {false};
    machine.every(
        period.toNanos(),
        () -> {
          if (!running[0]) {
            running[0] = true;
            work.get().onComplete(done -> running[0] = false);
          }
        });
  }

  private Future<?> reconcile() {
    gate.openAgain();
    if (world.has(Plant.GATE_NEVER_RECONCILED)) {
      return Future.succeededFuture();
    }
    return keeper.reconcile();
  }

  private Future<?> expire() {
    return ledger
        .expireSome()
        .compose(
            swept ->
                unitsBack
                    .giveBack(swept.units())
                    .compose(back -> swept.more() ? expire() : Future.succeededFuture()));
  }

  private Future<?> refresh() {
    Instant asked = machine.instant();
    return reader
        .call("now", world.scheduler()::trueTime)
        .onSuccess(told -> clock.measured(asked, told, machine.instant()));
  }

  /** As a process leaves: takes no more, and ends what it has begun. */
  Future<Void> drain() {
    serving = false;
    return orders.drained().compose(ended -> gate.drained());
  }

  boolean isServing() {
    return serving && !machine.isDead();
  }

  Machine machine() {
    return machine;
  }

  List<Link> links() {
    return links;
  }

  OrderProcessing orders() {
    return orders;
  }

  Link writerLink() {
    return links.getFirst();
  }

  Link paymentLink() {
    return links.get(3);
  }

  Link carrierLink() {
    return links.get(4);
  }

  LedgerStockService stock() {
    return stock;
  }

  long rebuilds() {
    return keeper.rebuilds();
  }
}
