package io.pigpig.origins;

import io.pigpig.order.Order;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.StatusChange;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ledger whose orders are placed in another way; all else is the stack's own.
 *
 * @param rest for everything but placing
 */
record OtherwisePlaced(OrderLedger rest, Placing placing, int batchesAtOnce)
    implements OrderLedger {

  /** Places a batch as {@link OrderLedger#place} promises. */
  @FunctionalInterface
  interface Placing {
    Future<List<Outcome>> place(List<NewOrder> batch);
  }

  @Override
  public Future<List<Outcome>> place(List<NewOrder> batch) {
    return placing.place(batch);
  }

  @Override
  public Future<List<Stored>> fence(List<UUID> orderIds) {
    return rest.fence(orderIds);
  }

  @Override
  public Future<List<Stored>> byKeys(List<CustomerKey> keys) {
    return rest.byKeys(keys);
  }

  @Override
  public Future<List<Settlement>> settle(List<Settle> batch) {
    return rest.settle(batch);
  }

  @Override
  public Future<@Nullable Order> find(UUID orderId) {
    return rest.find(orderId);
  }

  @Override
  public Future<List<Order>> list(@Nullable String customer, int limit, @Nullable UUID before) {
    return rest.list(customer, limit, before);
  }

  @Override
  public Future<List<StatusChange>> changes(UUID orderId, int afterSequence) {
    return rest.changes(orderId, afterSequence);
  }

  @Override
  public Future<Map<UUID, List<StatusChange>>> changes(
      Collection<UUID> orderIds, int afterSequence) {
    return rest.changes(orderIds, afterSequence);
  }

  @Override
  public Future<Expired> expireSome() {
    return rest.expireSome();
  }
}
