package io.pigpig.order;

import io.pigpig.runtime.Principal;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Places orders and follows them. Bound to the event loop it was built for. Every future fails with
 * a {@code RefusedException} for what is refused.
 */
public interface OrderService {

  /**
   * Places an order, or answers with the one its key already made. The future completes only after
   * the commit was seen.
   *
   * <p>Refused with {@code UNKNOWN_SKU}, {@code UNKNOWN_DESIGN}, {@code OUT_OF_STOCK}, {@code
   * IDEMPOTENCY_KEY_REUSED}, {@code REQUEST_IN_FLIGHT}, {@code OVERLOADED}, {@code UNAVAILABLE} or
   * {@code OUTCOME_UNKNOWN}.
   */
  Future<Placement> place(PlaceOrder request);

  /** The order, refused with {@code NOT_FOUND} when absent or not the viewer's to see. */
  Future<Order> find(UUID orderId, Principal viewer);

  /**
   * The viewer's orders (every customer's for an operator), newest first.
   *
   * @param limit 1 to 100
   * @param before orders older than this id only; null for the newest
   */
  Future<OrderPage> list(Principal viewer, int limit, @Nullable UUID before);

  /**
   * Takes the payment and turns the hold into a sale; paying a paid order answers it again. Refused
   * with {@code NOT_FOUND}, {@code ORDER_NOT_PAYABLE} or {@code PAYMENT_DECLINED}.
   */
  Future<Order> pay(UUID orderId, Principal payer, String paymentToken);

  /**
   * Cancels the order and gives its units back; cancelling a cancelled order answers it again.
   * Refused with {@code NOT_FOUND} or {@code ORDER_NOT_CANCELLABLE}.
   */
  Future<Order> cancel(UUID orderId, Principal viewer);

  /** Entries of the order's timeline after {@code afterSequence} (0 for all), oldest first. */
  Future<List<StatusChange>> timeline(UUID orderId, Principal viewer, int afterSequence);

  /**
   * Entries of many timelines after {@code afterSequence} in one question, oldest first; orders
   * without such entries are absent. Nobody's right to see the orders is checked: the caller has
   * found each of them for its viewer before. The placement, entry 1, is not among the entries.
   *
   * @param afterSequence at least 1
   */
  Future<Map<UUID, List<StatusChange>>> changes(Collection<UUID> orderIds, int afterSequence);
}
