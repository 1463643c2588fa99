package io.pigpig.perf.load.wire;

import com.google.protobuf.Message;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;

/** The rpcs that are called. */
final class GrpcMethods {

  static final ServiceMethod<PlaceOrderResponse, PlaceOrderRequest> PLACE_ORDER =
      method("pigpig.order.v1.OrderService", "PlaceOrder", PlaceOrderResponse.getDefaultInstance());
  static final ServiceMethod<PlaceOrdersResponse, PlaceOrdersRequest> PLACE_ORDERS =
      method(
          "pigpig.order.v1.OrderService", "PlaceOrders", PlaceOrdersResponse.getDefaultInstance());
  static final ServiceMethod<BatchCheckStockResponse, BatchCheckStockRequest> CHECK_STOCK =
      method(
          "pigpig.stock.v1.StockService",
          "BatchCheckStock",
          BatchCheckStockResponse.getDefaultInstance());

  private GrpcMethods() {}

  private static <Q extends Message, A extends Message> ServiceMethod<A, Q> method(
      String service, String name, A answer) {
    return ServiceMethod.client(
        ServiceName.create(service),
        name,
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(answer));
  }
}
