package io.pigpig.order;

import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
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

  /** The sandbox's card that is never declined. */
  private static final String TOKEN_OK = "tok_ok";

  /** What this loop's orders are made of. */
  public record Parts(
      OrderLedger ledger,
      StockGate gate,
      SoldOutBoard board,
      UnitsBack unitsBack,
      Supplier<PriceBook> prices,
      Designs designs) {}

  private final OrderLedger ledger;
  private final GroupCommit commit;
  private final OrderPlacing placing;
  private final OrderSettling settling;

  public OrderProcessing(Parts parts, OrderSettings settings, LoopTools tools, Executor loop) {
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
    String customer = viewer.isOperator() ? null : viewer.customer();
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
    if (!paymentToken.equals(TOKEN_OK)) {
      return find(orderId, payer)
          .compose(order -> Refused.with(new Refusal.PaymentDeclined(orderId.toString())));
    }
    return settle(orderId, payer, OrderStatus.PAID);
  }

  @Override
  public Future<Order> cancel(UUID orderId, Principal viewer) {
    return settle(orderId, viewer, OrderStatus.CANCELLED);
  }

  private Future<Order> settle(UUID orderId, Principal viewer, OrderStatus wanted) {
    String customer = viewer.isOperator() ? null : viewer.customer();
    return settling.settle(new Settle(orderId, customer, wanted)).recover(Refused::byStore);
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
  }

  /** Completes once every batch that was begun has ended. */
  public Future<Void> drained() {
    return Future.all(commit.drained(), settling.drained()).mapEmpty();
  }
}
