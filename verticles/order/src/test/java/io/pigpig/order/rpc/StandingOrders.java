package io.pigpig.order.rpc;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLine;
import io.pigpig.order.OrderPage;
import io.pigpig.order.OrderService;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.StatusChange;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Orders that a test stands in for, to say when, or whether, they answer; what a test does not
 * stand in for is not there.
 */
class StandingOrders implements OrderService {

  static Order order(String customer, OrderStatus status) {
    return new Order(
        UUID.randomUUID(),
        customer,
        status,
        List.of(new OrderLine(new Sku("TEE-CLASSIC-WHITE-M"), 1, 4_900, null)),
        4_900,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static <T> Future<T> none() {
    return Refused.with(new Refusal.NotFound("this test has none"));
  }

  @Override
  public Future<Placement> place(PlaceOrder request) {
    return none();
  }

  @Override
  public Future<Order> find(UUID orderId, Principal viewer) {
    return none();
  }

  @Override
  public Future<OrderPage> list(Principal viewer, int limit, @Nullable UUID before) {
    return none();
  }

  @Override
  public Future<Order> pay(UUID orderId, Principal payer, String paymentToken) {
    return none();
  }

  @Override
  public Future<Order> cancel(UUID orderId, Principal viewer) {
    return none();
  }

  @Override
  public Future<List<StatusChange>> timeline(UUID orderId, Principal viewer, int afterSequence) {
    return none();
  }

  @Override
  public Future<Map<UUID, List<StatusChange>>> changes(
      Collection<UUID> orderIds, int afterSequence) {
    return none();
  }
}
