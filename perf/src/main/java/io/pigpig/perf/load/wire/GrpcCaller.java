package io.pigpig.perf.load.wire;

import com.google.protobuf.Message;
import io.pigpig.perf.load.flow.Item;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import java.util.function.Consumer;

/** Calls of the gRPC contract; batches of orders go over one stream. */
final class GrpcCaller implements Caller {

  private final GrpcClient client;
  private final GrpcMessages messages;
  private final GrpcBatchStreams streams;

  GrpcCaller(Vertx vertx, HttpClientConnection connection, GrpcMessages messages) {
    this.client = GrpcClient.client(vertx, connection);
    this.messages = messages;
    this.streams = new GrpcBatchStreams(client, messages);
  }

  @Override
  public void send(Call call) {
    Item item = call.request().item(0);
    switch (call.request().share().kind()) {
      case ORDER, REPLAY ->
          ask(
              call,
              GrpcMethods.PLACE_ORDER,
              messages.order(item),
              placed -> GrpcMessages.tell(item, placed));
      case STOCK_CHECK ->
          ask(
              call,
              GrpcMethods.CHECK_STOCK,
              messages.stockCheck(call.request()),
              level -> item.accept(null));
      case ORDER_BATCH -> streams.send(call);
      case GET -> throw new IllegalArgumentException("no GET over gRPC");
    }
  }

  private <Q extends Message, A extends Message> void ask(
      Call call, ServiceMethod<A, Q> method, Q question, Consumer<A> each) {
    client
        .request(method)
        .onSuccess(request -> ask(call, request, question, each))
        .onFailure(call::failed);
  }

  private <Q, A> void ask(
      Call call, GrpcClientRequest<Q, A> request, Q question, Consumer<A> each) {
    if (!call.isOpen()) {
      request.cancel();
      return;
    }
    call.onCancel(request::cancel);
    String authorization = messages.authorization(call.request().item(0));
    if (!authorization.isEmpty()) {
      request.headers().set(HttpHeaders.AUTHORIZATION, authorization);
    }
    request.response().onSuccess(response -> read(call, response, each)).onFailure(call::failed);
    request.end(question);
  }

  private static <Q, A> void read(Call call, GrpcClientResponse<Q, A> response, Consumer<A> each) {
    response
        .handler(
            message -> {
              if (call.isOpen()) {
                each.accept(message);
              }
            })
        .errorHandler(reset -> call.reset())
        .exceptionHandler(call::failed)
        .endHandler(ended -> end(call, response));
  }

  private static void end(Call call, GrpcClientResponse<?, ?> response) {
    if (!call.isOpen()) {
      return;
    }
    if (response.status() != GrpcStatus.OK) {
      call.request().item(0).refuse(GrpcRefusal.code(response));
    }
    call.answered();
  }
}
