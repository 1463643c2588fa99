package io.pigpig.order.rpc;

import io.pigpig.order.LoopTools;
import io.pigpig.order.Order;
import io.pigpig.order.OrderPage;
import io.pigpig.order.OrderService;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.StatusChange;
import io.pigpig.proto.order.v1.CancelOrderRequest;
import io.pigpig.proto.order.v1.GetOrderRequest;
import io.pigpig.proto.order.v1.GetTimelineRequest;
import io.pigpig.proto.order.v1.ListChangesRequest;
import io.pigpig.proto.order.v1.ListChangesResponse;
import io.pigpig.proto.order.v1.ListOrdersRequest;
import io.pigpig.proto.order.v1.ListOrdersResponse;
import io.pigpig.proto.order.v1.OrderChanges;
import io.pigpig.proto.order.v1.PayOrderRequest;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.runtime.Principal;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The orders of another process. Bound to the event loop of its caller. */
public final class RemoteOrders implements OrderService {

  private static final String SANDBOX = "sandbox";

  /** Which way an order that is placed takes. */
  public enum Placing {
    /** One call an order. */
    ONE_BY_ONE,
    /** Many in one message. */
    BATCHED
  }

  /** Whom to ask, and how orders are handed to it. */
  public record Way(RpcCaller caller, Placing placing) {}

  /** The settings of both sides of the way. */
  public record Settings(OrderSettings order, RpcSettings rpc) {}

  private final RpcCaller caller;
  private final Reading reading;
  private final RemotePlacing placing;
  private final Placing how;

  /**
   * @param loop runs a task at the end of the loop's turn
   * @throws IllegalArgumentException if {@code grpc.message-max} cannot hold one order
   */
  public RemoteOrders(Way way, Settings settings, LoopTools tools, Executor loop) {
    this.caller = way.caller();
    this.reading = new Reading(caller);
    this.how = way.placing();
    this.placing = new RemotePlacing(caller, settings, tools, loop);
  }

  @Override
  public Future<Placement> place(PlaceOrder request) {
    return switch (how) {
      case BATCHED -> placing.place(request);
      case ONE_BY_ONE ->
          caller
              .call(
                  OrderContract.PLACE,
                  OrderMessages.request(request),
                  request.principal(),
                  request.deadlineNanos())
              .map(OrderMessages::placement);
    };
  }

  @Override
  public Future<Order> find(UUID orderId, Principal viewer) {
    return reading
        .ask(
            OrderContract.GET,
            GetOrderRequest.newBuilder().setOrderId(orderId.toString()).build(),
            viewer)
        .map(answer -> OrderMessages.order(answer.getOrder()));
  }

  @Override
  public Future<OrderPage> list(Principal viewer, int limit, @Nullable UUID before) {
    ListOrdersRequest.Builder question = ListOrdersRequest.newBuilder().setLimit(limit);
    if (before != null) {
      question.setBeforeOrderId(before.toString());
    }
    return reading.ask(OrderContract.LIST, question.build(), viewer).map(RemoteOrders::page);
  }

  private static OrderPage page(ListOrdersResponse page) {
    return new OrderPage(
        page.getOrdersList().stream().map(OrderMessages::order).toList(),
        page.hasNextOrderId() ? UUID.fromString(page.getNextOrderId()) : null);
  }

  @Override
  public Future<Order> pay(UUID orderId, Principal payer, String paymentToken) {
    PayOrderRequest question =
        PayOrderRequest.newBuilder()
            .setOrderId(orderId.toString())
            .setMethod(SANDBOX)
            .setToken(paymentToken)
            .build();
    return caller
        .call(OrderContract.PAY, question, payer)
        .map(answer -> OrderMessages.order(answer.getOrder()));
  }

  @Override
  public Future<Order> cancel(UUID orderId, Principal viewer) {
    return caller
        .call(
            OrderContract.CANCEL,
            CancelOrderRequest.newBuilder().setOrderId(orderId.toString()).build(),
            viewer)
        .map(answer -> OrderMessages.order(answer.getOrder()));
  }

  @Override
  public Future<List<StatusChange>> timeline(UUID orderId, Principal viewer, int afterSequence) {
    GetTimelineRequest question =
        GetTimelineRequest.newBuilder()
            .setOrderId(orderId.toString())
            .setAfterSequence(afterSequence)
            .build();
    return reading
        .ask(OrderContract.TIMELINE, question, viewer)
        .map(answer -> answer.getChangesList().stream().map(OrderMessages::change).toList());
  }

  @Override
  public Future<Map<UUID, List<StatusChange>>> changes(
      Collection<UUID> orderIds, int afterSequence) {
    if (orderIds.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    ListChangesRequest.Builder question =
        ListChangesRequest.newBuilder().setAfterSequence(afterSequence);
    orderIds.forEach(id -> question.addOrderIds(id.toString()));
    return reading.ask(OrderContract.CHANGES, question.build(), null).map(RemoteOrders::changes);
  }

  private static Map<UUID, List<StatusChange>> changes(ListChangesResponse answer) {
    Map<UUID, List<StatusChange>> all = new HashMap<>();
    for (OrderChanges each : answer.getOrdersList()) {
      all.put(
          UUID.fromString(each.getOrderId()),
          each.getChangesList().stream().map(OrderMessages::change).toList());
    }
    return all;
  }

  /** Completes once no order is under way. */
  public Future<Void> drained() {
    return placing.idle();
  }
}
