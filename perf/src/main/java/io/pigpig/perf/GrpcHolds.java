package io.pigpig.perf;

import com.google.protobuf.Message;
import io.pigpig.proto.stock.v1.CancelHoldRequest;
import io.pigpig.proto.stock.v1.CancelHoldResponse;
import io.pigpig.proto.stock.v1.ConfirmHoldRequest;
import io.pigpig.proto.stock.v1.ConfirmHoldResponse;
import io.pigpig.proto.stock.v1.HoldCode;
import io.pigpig.proto.stock.v1.HoldLine;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.HoldStockResponse;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Try, Confirm and Cancel of one unit, as a blocking client of the stack's gRPC contract; each call
 * waits at most {@value #DEADLINE_SECONDS} s. Thread-safe. Throws IOException when no code came.
 */
final class GrpcHolds implements AutoCloseable {

  private static final int DEADLINE_SECONDS = 10;
  private static final ServiceName SERVICE = ServiceName.create("pigpig.stock.v1.StockService");

  private static final ServiceMethod<HoldStockResponse, HoldStockRequest> HOLD =
      method("HoldStock", HoldStockResponse.getDefaultInstance());
  private static final ServiceMethod<ConfirmHoldResponse, ConfirmHoldRequest> CONFIRM =
      method("ConfirmHold", ConfirmHoldResponse.getDefaultInstance());
  private static final ServiceMethod<CancelHoldResponse, CancelHoldRequest> CANCEL =
      method("CancelHold", CancelHoldResponse.getDefaultInstance());

  private final Vertx vertx = Vertx.vertx();
  private final GrpcClient client = GrpcClient.client(vertx);
  private final SocketAddress server;
  private final String token;

  /**
   * @param token an operator's
   */
  GrpcHolds(int port, String token) {
    this.server = SocketAddress.inetSocketAddress(port, "127.0.0.1");
    this.token = token;
  }

  private static <Q extends Message, A extends Message> ServiceMethod<A, Q> method(
      String name, A answer) {
    return ServiceMethod.client(
        SERVICE, name, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.decoder(answer));
  }

  HoldCode hold(UUID id, String sku, Duration time) throws IOException {
    HoldLine line = HoldLine.newBuilder().setSku(sku).setQuantity(1).build();
    HoldStockRequest question =
        HoldStockRequest.newBuilder()
            .setOrderId(id.toString())
            .addLines(line)
            .setTimeMillis(time.toMillis())
            .build();
    return call(HOLD, question).getCode();
  }

  HoldCode confirm(UUID id) throws IOException {
    return call(CONFIRM, ConfirmHoldRequest.newBuilder().setOrderId(id.toString()).build())
        .getCode();
  }

  HoldCode cancel(UUID id) throws IOException {
    return call(CANCEL, CancelHoldRequest.newBuilder().setOrderId(id.toString()).build()).getCode();
  }

  private <Q, A> A call(ServiceMethod<A, Q> method, Q question) throws IOException {
    try {
      return client
          .request(server, method)
          .compose(
              request -> {
                request.headers().set("authorization", "Bearer " + token);
                request.timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
                return request.send(question);
              })
          .compose(response -> response.last())
          .await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception noCode) {
      throw new IOException("no code from " + method.methodName() + ": " + noCode, noCode);
    }
  }

  @Override
  public void close() {
    vertx.close();
  }
}
