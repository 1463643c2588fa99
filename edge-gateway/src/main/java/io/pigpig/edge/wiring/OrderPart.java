package io.pigpig.edge.wiring;

import io.pigpig.edge.http.ManagementServer.Check;
import io.pigpig.order.LoopTools;
import io.pigpig.order.OrderProcessing;
import io.pigpig.order.http.HttpPayments;
import io.pigpig.order.postgres.PostgresSagaLedger;
import io.pigpig.render.RenderService;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.shipping.http.HttpCarrier;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.UnitsBack;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's orders: the store that places them, a connection that reads, the gate, and the
 * peers. Owned by that loop.
 */
final class OrderPart {

  private final Vertx vertx;
  private final Shared shared;
  private final Keeper keeper;
  private final RandomGenerator random;
  private final Choices.Site site;
  private final OrderStore store;
  private final PgLink reader;
  private final PeerClient payment;
  private final PeerClient carrier;
  private final String owner;
  private @Nullable Opened opened;

  private @Nullable ConnectedGate gate;

  private record Opened(ConnectedGate gate, OrderProcessing orders) {}

  OrderPart(Vertx vertx, Shared shared, Keeper keeper, int number, RandomGenerator random) {
    this.vertx = vertx;
    this.shared = shared;
    this.keeper = keeper;
    this.random = random;
    EdgeSettings settings = shared.settings();
    String url = shared.urls().postgres();
    site = new Choices.Site(vertx, settings, url, shared.urls().redis(), number, random);
    reader = new PgLink(vertx, url, "order-reader-" + number, settings.postgres(), random);
    store = shared.choices().orderStores().on(site, reader);
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
    SoldOutBoard board =
        new SoldOutBoard(shared.ticker(), shared.settings().stock().soldOutRecheck());
    ConnectedGate fresh =
        shared
            .choices()
            .gates()
            .on(
                site,
                new Choices.GateParts(
                    keeper.keys(), board, () -> keeper.loop().call(keeper::openGate), mine));
    gate = fresh;
    return Future.all(store.open(), reader.open(), fresh.connect())
        .map(up -> build(mine, designs, fresh, board))
        .compose(all -> all.gate().open())
        .mapEmpty();
  }

  private Opened build(Loop mine, RenderService designs, ConnectedGate gate, SoldOutBoard board) {
    EdgeSettings settings = shared.settings();
    shared.boards().add(mine, board);
    OrderProcessing orders =
        new OrderProcessing(
            new OrderProcessing.Parts(
                store.ledger(),
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
        new Check("postgres", store.isUp() && reader.isUp()),
        new Check("redis", opened().gate().isUp()),
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
    ConnectedGate admits = gate;
    return Future.join(
            store.close(),
            reader.close(),
            admits == null ? Future.succeededFuture() : admits.close(),
            payment.close(),
            carrier.close())
        .mapEmpty();
  }
}
