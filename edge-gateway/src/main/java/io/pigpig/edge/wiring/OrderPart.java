package io.pigpig.edge.wiring;

import io.pigpig.edge.http.ManagementServer.Check;
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
import io.pigpig.shipping.http.HttpCarrier;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's orders: a connection that places them, one that reads, one to Redis, and the
 * peers. Owned by that loop.
 */
final class OrderPart {

  private final Vertx vertx;
  private final Shared shared;
  private final Keeper keeper;
  private final RandomGenerator random;
  private final PgLink writer;
  private final PgLink reader;
  private final RedisLink redis;
  private final PeerClient payment;
  private final PeerClient carrier;
  private final String owner;
  private @Nullable Opened opened;

  private record Opened(ScriptedStockGate gate, OrderProcessing orders) {}

  OrderPart(Vertx vertx, Shared shared, Keeper keeper, int number, RandomGenerator random) {
    this.vertx = vertx;
    this.shared = shared;
    this.keeper = keeper;
    this.random = random;
    EdgeSettings settings = shared.settings();
    String url = shared.urls().postgres();
    writer = new PgLink(vertx, url, "order-writer-" + number, settings.postgres(), random);
    reader = new PgLink(vertx, url, "order-reader-" + number, settings.postgres(), random);
    redis = new RedisLink(vertx, shared.urls().redis(), "gate-" + number, settings.redis(), random);
    payment = new PeerClient(vertx, shared.urls().payment(), settings.payment());
    carrier = new PeerClient(vertx, shared.urls().carrier(), settings.carrier());
    owner = owner(number);
  }

  /**
   * Who holds this loop's leases. Pids are the same in every container, so it is the rest that
   * tells processes apart; the pid is for whoever looks for the process on its machine.
   */
  private static String owner(int number) {
    return ProcessHandle.current().pid() + "-" + number + "-" + UUID.randomUUID();
  }

  /**
   * @param designs of this process or of another
   */
  Future<Void> open(Loop mine, RenderService designs) {
    return Future.all(writer.open(), reader.open(), redis.open(keeper.keys().stock()))
        .map(up -> build(mine, designs))
        .compose(all -> all.gate().open())
        .mapEmpty();
  }

  private Opened build(Loop mine, RenderService designs) {
    EdgeSettings settings = shared.settings();
    SoldOutBoard board = new SoldOutBoard(shared.ticker(), settings.stock().soldOutRecheck());
    shared.boards().add(mine, board);
    ScriptedStockGate gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(
                redis, keeper.keys(), board, () -> keeper.loop().call(keeper::openGate)),
            settings.stock(),
            mine);
    OrderProcessing orders =
        new OrderProcessing(
            new OrderProcessing.Parts(
                new PostgresOrderLedger(writer, reader, settings.order()),
                new PostgresSagaLedger(reader, owner, settings.saga()),
                gate,
                board,
                new UnitsBack(gate, shared.boards(), mine),
                shared.prices(),
                new KnownDesigns(designs, settings.order().knownDesignsMax()),
                new HttpPayments(payment),
                designs::print,
                new HttpCarrier(carrier)),
            new OrderProcessing.Settings(settings.order(), settings.saga()),
            new LoopTools(shared.ticker(), shared.clock(), Pause.of(vertx), random),
            mine);
    Opened all = new Opened(gate, orders);
    opened = all;
    return all;
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "open() comes first");
  }

  OrderProcessing orders() {
    return opened().orders();
  }

  /** Called several times a second. */
  void tick() {
    opened().gate().openAgain();
    opened().orders().answerLate();
  }

  List<Check> checks() {
    return List.of(
        new Check("postgres", writer.isUp() && reader.isUp()),
        new Check("redis", redis.isUp()),
        new Check("stock-gate", opened().gate().isOpen()));
  }

  /** Completes once everything that was begun has ended. */
  Future<Void> drained() {
    Opened all = opened;
    return all == null
        ? Future.succeededFuture()
        : all.orders().drained().compose(committed -> all.gate().drained());
  }

  Future<Void> close() {
    return Future.join(
            writer.close(), reader.close(), redis.close(), payment.close(), carrier.close())
        .mapEmpty();
  }
}
