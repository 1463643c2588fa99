package io.pigpig.order;

import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.shipping.Carrier;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockGate;
import io.pigpig.stock.UnitsBack;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Orders on one event loop: placing, settling and reading put together. Not thread-safe. */
public final class OrderProcessing implements OrderService {

  /** What this loop's orders are made of. */
  public record Parts(
      OrderLedger ledger,
      SagaLedger sagas,
      StockGate gate,
      SoldOutBoard board,
      UnitsBack unitsBack,
      Supplier<PriceBook> prices,
      Designs designs,
      Payments payments,
      PrintFiles printFiles,
      Carrier carrier) {}

  /** The knobs of both halves of an order's life. */
  public record Settings(OrderSettings order, SagaSettings saga) {}

  private final OrderLedger ledger;
  private final GroupCommit commit;
  private final OrderPlacing placing;
  private final OrderSettling settling;
  private final SagaWorker sagas;
  private final OrderPaying paying;
  private final SagaConsole console;
  private final GatheredHints hints;

  public OrderProcessing(Parts parts, Settings all, LoopTools tools, Executor loop) {
    OrderSettings settings = all.order();
    this.ledger = parts.ledger();
    this.commit = new GroupCommit(ledger, settings, tools, loop);
    KeyLookup lookup = new KeyLookup(ledger, settings, loop);
    this.placing =
        new OrderPlacing(
            new OrderPlacing.Parts(
                commit,
                lookup,
                parts.gate(),
                parts.board(),
                parts.unitsBack(),
                parts.prices(),
                parts.designs()),
            settings,
            tools);
    this.settling =
        new OrderSettling(
            new OrderSettling.Parts(ledger, parts.unitsBack()), settings, tools.ticker(), loop);
    this.sagas =
        new SagaWorker(
            new SagaWorker.Parts(
                parts.sagas(), settling, parts.payments(), parts.printFiles(), parts.carrier()),
            all.saga(),
            tools);
    this.hints = new GatheredHints(parts.sagas(), all.saga());
    this.console = new LedgerSagaConsole(parts.sagas(), settling);
    this.paying =
        new OrderPaying(
            new OrderPaying.Parts(ledger, parts.sagas(), sagas), all, tools.ticker(), loop);
  }

  @Override
  public Future<Placement> place(PlaceOrder request) {
    return placing.place(request);
  }

  @Override
  public Future<Order> find(UUID orderId, Principal viewer) {
    return ledger
        .find(orderId)
        .recover(Refused::byStoreRead)
        .compose(
            order ->
                order == null || !viewer.maySee(order.customer())
                    ? Refused.with(new Refusal.NotFound("there is no order " + orderId))
                    : Future.succeededFuture(order));
  }

  @Override
  public Future<OrderPage> list(Principal viewer, int limit, @Nullable UUID before) {
    Objects.checkIndex(limit - 1, OrderPage.LIMIT_MAX);
    String customer = owner(viewer);
    return ledger
        .list(customer, limit + 1, before)
        .recover(Refused::byStoreRead)
        .map(
            orders ->
                orders.size() <= limit
                    ? new OrderPage(orders, null)
                    : new OrderPage(orders.subList(0, limit), orders.get(limit - 1).orderId()));
  }

  @Override
  public Future<Order> pay(UUID orderId, Principal payer, String paymentToken) {
    return paying.pay(new BeginPayment(orderId, owner(payer), paymentToken));
  }

  @Override
  public Future<Order> cancel(UUID orderId, Principal viewer) {
    return settling.cancel(Settle.cancel(orderId, owner(viewer)));
  }

  /** Whose orders the principal may touch; null for everybody's. */
  private static @Nullable String owner(Principal principal) {
    return principal.isOperator() ? null : principal.customer();
  }

  @Override
  public Future<List<StatusChange>> timeline(UUID orderId, Principal viewer, int afterSequence) {
    return find(orderId, viewer)
        .compose(
            order ->
                ledger
                    .changes(orderId, afterSequence)
                    .recover(Refused::byStoreRead)
                    .map(changes -> withPlacement(order, changes, afterSequence)));
  }

  private static List<StatusChange> withPlacement(
      Order order, List<StatusChange> changes, int afterSequence) {
    List<StatusChange> all = new ArrayList<>();
    if (afterSequence < 1) {
      all.add(new StatusChange(1, OrderStatus.PENDING_PAYMENT, order.createdAt()));
    }
    all.addAll(changes);
    return all;
  }

  @Override
  public Future<Map<UUID, List<StatusChange>>> changes(
      Collection<UUID> orderIds, int afterSequence) {
    Objects.checkIndex(afterSequence - 1, Integer.MAX_VALUE);
    return ledger.changes(orderIds, afterSequence).recover(Refused::byStoreRead);
  }

  /** Orders that are being placed. */
  public int pending() {
    return placing.pending();
  }

  /** Lets go of callers whose deadline has passed; the owner calls it several times a second. */
  public void answerLate() {
    placing.answerLate();
    settling.answerLate();
    paying.answerLate();
  }

  /** The repair console of this loop. */
  public SagaConsole console() {
    return console;
  }

  /** Where this loop's callbacks of peers go. */
  public PeerHints hints() {
    return hints;
  }

  /** Works on sagas that are due or hinted at; the owner calls it now and then. */
  public void workOnSagas() {
    hints.write();
    sagas.poll();
  }

  /** Claims no more sagas; completes once every batch and step that was begun has ended. */
  public Future<Void> drained() {
    // A payment that has begun still charges: the sagas end after the payments.
    return Future.all(commit.drained(), paying.drained(), hints.write())
        .compose(begun -> sagas.drain())
        .compose(ended -> settling.drained());
  }
}
