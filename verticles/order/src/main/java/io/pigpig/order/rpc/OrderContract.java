package io.pigpig.order.rpc;

import com.google.protobuf.Message;
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
import io.pigpig.proto.order.v1.PayOrderRequest;
import io.pigpig.proto.order.v1.PayOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcSettings;

/**
 * The rpcs of {@code pigpig.order.v1.OrderService} and its limits, which are no settings because
 * both sides must have the same.
 */
final class OrderContract {

  /** The most orders of one batch. */
  static final int BATCH_MAX = 256;

  /** The most timelines that are asked for at once. */
  static final int TIMELINES_MAX = 10_000;

  /** The longest that an order of a batch may take. */
  static final int TIMEOUT_MILLIS_MAX = 60_000;

  static final RpcMethod<PlaceOrderRequest, PlaceOrderResponse> PLACE =
      method(
          "PlaceOrder",
          Effect.WRITE,
          PlaceOrderRequest.getDefaultInstance(),
          PlaceOrderResponse.getDefaultInstance());
  static final RpcMethod<PlaceOrdersRequest, PlaceOrdersResponse> PLACE_MANY =
      method(
          "PlaceOrders",
          Effect.WRITE,
          PlaceOrdersRequest.getDefaultInstance(),
          PlaceOrdersResponse.getDefaultInstance());
  static final RpcMethod<GetOrderRequest, GetOrderResponse> GET =
      method(
          "GetOrder",
          Effect.READ,
          GetOrderRequest.getDefaultInstance(),
          GetOrderResponse.getDefaultInstance());
  static final RpcMethod<ListOrdersRequest, ListOrdersResponse> LIST =
      method(
          "ListOrders",
          Effect.READ,
          ListOrdersRequest.getDefaultInstance(),
          ListOrdersResponse.getDefaultInstance());
  static final RpcMethod<PayOrderRequest, PayOrderResponse> PAY =
      method(
          "PayOrder",
          Effect.WRITE,
          PayOrderRequest.getDefaultInstance(),
          PayOrderResponse.getDefaultInstance());
  static final RpcMethod<CancelOrderRequest, CancelOrderResponse> CANCEL =
      method(
          "CancelOrder",
          Effect.WRITE,
          CancelOrderRequest.getDefaultInstance(),
          CancelOrderResponse.getDefaultInstance());
  static final RpcMethod<WatchOrderRequest, WatchOrderResponse> WATCH =
      method(
          "WatchOrder",
          Effect.READ,
          WatchOrderRequest.getDefaultInstance(),
          WatchOrderResponse.getDefaultInstance());
  static final RpcMethod<GetTimelineRequest, GetTimelineResponse> TIMELINE =
      method(
          "GetTimeline",
          Effect.READ,
          GetTimelineRequest.getDefaultInstance(),
          GetTimelineResponse.getDefaultInstance());
  static final RpcMethod<ListChangesRequest, ListChangesResponse> CHANGES =
      method(
          "ListChanges",
          Effect.READ,
          ListChangesRequest.getDefaultInstance(),
          ListChangesResponse.getDefaultInstance());

  /** A batch's number and its frame. */
  private static final int BATCH_HEAD_BYTES = 32;

  private OrderContract() {}

  /**
   * The most orders of one batch, so that one of the longest fits into a message.
   *
   * @throws IllegalArgumentException if not even one does
   */
  static int batchMax(RpcSettings rpc) {
    int fitting = (rpc.messageMax() - BATCH_HEAD_BYTES) / OrderMessages.TO_PLACE_BYTES_MAX;
    if (fitting < 1) {
      throw new IllegalArgumentException(
          "grpc.message-max "
              + rpc.messageMax()
              + " cannot hold an order, which has up to "
              + OrderMessages.TO_PLACE_BYTES_MAX
              + " bytes");
    }
    return Math.min(fitting, BATCH_MAX);
  }

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Effect effect, Q question, A answer) {
    return new RpcMethod<>("pigpig.order.v1.OrderService", name, effect, question, answer);
  }
}
