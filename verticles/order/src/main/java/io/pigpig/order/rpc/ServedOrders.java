package io.pigpig.order.rpc;

import io.pigpig.order.OrderPage;
import io.pigpig.order.OrderService;
import io.pigpig.order.Payments;
import io.pigpig.order.StatusChange;
import io.pigpig.proto.order.v1.CancelOrderRequest;
import io.pigpig.proto.order.v1.CancelOrderResponse;
import io.pigpig.proto.order.v1.GetOrderRequest;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.GetTimelineRequest;
import io.pigpig.proto.order.v1.GetTimelineResponse;
import io.pigpig.proto.order.v1.ListChangesRequest;
import io.pigpig.proto.order.v1.ListChangesResponse;
import io.pigpig.proto.order.v1.ListOrdersRequest;
import io.pigpig.proto.order.v1.ListOrdersResponse;
import io.pigpig.proto.order.v1.OrderChanges;
import io.pigpig.proto.order.v1.OrderServiceOuterClass;
import io.pigpig.proto.order.v1.PayOrderRequest;
import io.pigpig.proto.order.v1.PayOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.UuidText;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The orders of this process, served to others. Bound to one event loop. */
public final class ServedOrders {

  private static final String SANDBOX = "sandbox";

  private final OrderService orders;
  private final OrderWatches watches;

  private ServedOrders(OrderService orders, OrderWatches watches) {
    this.orders = orders;
    this.watches = watches;
  }

  /**
   * The contract as {@code orders} serves it.
   *
   * @param watchEvery how long a call that follows an order waits before it looks again
   */
  public static RpcService of(
      OrderService orders, Ticker ticker, Pause pause, Duration watchEvery) {
    ServedOrders served =
        new ServedOrders(orders, new OrderWatches(orders, pause, watchEvery.toMillis()));
    PlacedBatch batches = new PlacedBatch(orders, ticker);
    return new RpcService(OrderServiceOuterClass.getDescriptor().findServiceByName("OrderService"))
        .unary(OrderContract.PLACE, Access.CALLER, served::place)
        .batches(
            OrderContract.PLACE_MANY, Access.OPERATOR, batches::place, PlacedBatch::refusedWhole)
        .unary(OrderContract.GET, Access.CALLER, served::find)
        .unary(OrderContract.LIST, Access.CALLER, served::list)
        .unary(OrderContract.PAY, Access.CALLER, served::pay)
        .unary(OrderContract.CANCEL, Access.CALLER, served::cancel)
        .follow(OrderContract.WATCH, Access.CALLER, served::watch)
        .unary(OrderContract.TIMELINE, Access.CALLER, served::timeline)
        .unary(OrderContract.CHANGES, Access.OPERATOR, served::changes);
  }

  private Future<PlaceOrderResponse> place(
      RpcCall<PlaceOrderResponse> call, PlaceOrderRequest asked) {
    return orders
        .place(OrderMessages.request(asked, customer(call), call.deadlineNanos()))
        .map(OrderMessages::placement);
  }

  /** Operators look after orders; they do not buy. */
  private static Principal customer(RpcCall<?> call) {
    if (call.principal().isOperator()) {
      throw new RefusedException(new Refusal.Forbidden("this is not for the role OPERATOR"));
    }
    return call.principal();
  }

  private Future<GetOrderResponse> find(RpcCall<GetOrderResponse> call, GetOrderRequest asked) {
    return orders
        .find(OrderMessages.id(asked.getOrderId()), call.principal())
        .map(order -> GetOrderResponse.newBuilder().setOrder(OrderMessages.order(order)).build());
  }

  private Future<ListOrdersResponse> list(
      RpcCall<ListOrdersResponse> call, ListOrdersRequest asked) {
    if (asked.getLimit() < 1 || asked.getLimit() > OrderPage.LIMIT_MAX) {
      throw OrderMessages.invalid("limit must be 1 to " + OrderPage.LIMIT_MAX);
    }
    UUID before = asked.hasBeforeOrderId() ? UuidText.parse(asked.getBeforeOrderId()) : null;
    if (asked.hasBeforeOrderId() && before == null) {
      throw OrderMessages.invalid("before_order_id must be the next_order_id of a page");
    }
    return orders.list(call.principal(), asked.getLimit(), before).map(ServedOrders::page);
  }

  private static ListOrdersResponse page(OrderPage page) {
    ListOrdersResponse.Builder answer = ListOrdersResponse.newBuilder();
    page.orders().forEach(order -> answer.addOrders(OrderMessages.order(order)));
    if (page.next() != null) {
      answer.setNextOrderId(page.next().toString());
    }
    return answer.build();
  }

  private Future<PayOrderResponse> pay(RpcCall<PayOrderResponse> call, PayOrderRequest asked) {
    if (!asked.getMethod().equals(SANDBOX)) {
      throw OrderMessages.invalid("method must be " + SANDBOX);
    }
    if (!Payments.isValidToken(asked.getToken())) {
      throw OrderMessages.invalid("token must be 1 to 64 characters of [A-Za-z0-9_]");
    }
    return orders
        .pay(OrderMessages.id(asked.getOrderId()), customer(call), asked.getToken())
        .map(order -> PayOrderResponse.newBuilder().setOrder(OrderMessages.order(order)).build());
  }

  private Future<CancelOrderResponse> cancel(
      RpcCall<CancelOrderResponse> call, CancelOrderRequest asked) {
    return orders
        .cancel(OrderMessages.id(asked.getOrderId()), call.principal())
        .map(
            order -> CancelOrderResponse.newBuilder().setOrder(OrderMessages.order(order)).build());
  }

  private Future<GetTimelineResponse> timeline(
      RpcCall<GetTimelineResponse> call, GetTimelineRequest asked) {
    return orders
        .timeline(
            OrderMessages.id(asked.getOrderId()), call.principal(), after(asked.getAfterSequence()))
        .map(
            changes -> {
              GetTimelineResponse.Builder answer = GetTimelineResponse.newBuilder();
              changes.forEach(change -> answer.addChanges(OrderMessages.change(change)));
              return answer.build();
            });
  }

  private Future<ListChangesResponse> changes(
      RpcCall<ListChangesResponse> call, ListChangesRequest asked) {
    int count = asked.getOrderIdsCount();
    if (count < 1 || count > OrderContract.TIMELINES_MAX || asked.getAfterSequence() < 1) {
      throw OrderMessages.invalid(
          "1 to " + OrderContract.TIMELINES_MAX + " orders, and after_sequence at least 1");
    }
    List<UUID> ids = asked.getOrderIdsList().stream().map(OrderMessages::mention).toList();
    return orders
        .changes(ids, asked.getAfterSequence())
        .map(
            all -> {
              ListChangesResponse.Builder answer = ListChangesResponse.newBuilder();
              all.forEach((id, changes) -> answer.addOrders(changesOf(id, changes)));
              return answer.build();
            });
  }

  private static OrderChanges changesOf(UUID id, List<StatusChange> changes) {
    OrderChanges.Builder message = OrderChanges.newBuilder().setOrderId(id.toString());
    changes.forEach(change -> message.addChanges(OrderMessages.change(change)));
    return message.build();
  }

  private void watch(RpcCall<WatchOrderResponse> call, WatchOrderRequest asked) {
    call.onDrain(() -> call.refuse(Refused.draining()));
    watches.begin(call, OrderMessages.id(asked.getOrderId()), after(asked.getAfterSequence()));
  }

  private static int after(int sequence) {
    if (sequence < 0) {
      throw OrderMessages.invalid("after_sequence must be at least 0, not " + sequence);
    }
    return sequence;
  }
}
