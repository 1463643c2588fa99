package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.flow.Request;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches of orders over one long stream of a connection, and over a new one when that has ended.
 * An answer names its batch, so one that nobody waits for any more is passed over.
 */
final class GrpcBatchStreams {

  private final GrpcClient client;
  private final GrpcMessages messages;
  private @Nullable Stream current;

  GrpcBatchStreams(GrpcClient client, GrpcMessages messages) {
    this.client = client;
    this.messages = messages;
  }

  void send(Call call) {
    Stream stream = current;
    if (stream == null) {
      stream = new Stream(messages.authorization(call.request().item(0)));
      current = stream;
      stream.open();
    }
    stream.send(call);
  }

  /** One stream, from before it is open. */
  private final class Stream {

    private final String authorization;
    private final Map<Long, Call> calls = new HashMap<>();
    private final ArrayDeque<Call> early = new ArrayDeque<>();
    private @Nullable GrpcClientRequest<PlaceOrdersRequest, PlaceOrdersResponse> request;
    private long lastBatch;

    Stream(String authorization) {
      this.authorization = authorization;
    }

    void open() {
      client.request(GrpcMethods.PLACE_ORDERS).onSuccess(this::opened).onFailure(this::failed);
    }

    private void opened(GrpcClientRequest<PlaceOrdersRequest, PlaceOrdersResponse> fresh) {
      request = fresh;
      if (!authorization.isEmpty()) {
        fresh.headers().set(HttpHeaders.AUTHORIZATION, authorization);
      }
      fresh.response().onSuccess(this::read).onFailure(this::failed);
      while (!early.isEmpty()) {
        send(early.remove());
      }
    }

    void send(Call call) {
      GrpcClientRequest<PlaceOrdersRequest, PlaceOrdersResponse> open = request;
      if (open == null) {
        early.add(call);
      } else if (call.isOpen()) {
        long batch = ++lastBatch;
        calls.put(batch, call);
        call.onCancel(() -> calls.remove(batch));
        open.write(messages.batch(call.request(), batch));
      }
    }

    private void read(GrpcClientResponse<PlaceOrdersRequest, PlaceOrdersResponse> response) {
      response
          .handler(this::answered)
          .errorHandler(reset -> end().forEach(Call::reset))
          .exceptionHandler(this::failed)
          .endHandler(ended -> ended(response));
    }

    private void answered(PlaceOrdersResponse answer) {
      Call call = calls.remove(answer.getBatchId());
      if (call != null && call.isOpen()) {
        GrpcMessages.tell(call.request(), answer);
        call.answered();
      }
    }

    /** A refusal of the stream is one of every order on it; any of them may have been placed. */
    private void ended(GrpcClientResponse<?, ?> response) {
      if (response.status() == GrpcStatus.OK) {
        end().forEach(Call::reset);
        return;
      }
      String code = GrpcRefusal.code(response);
      for (Call call : end()) {
        Request refused = call.request();
        for (int i = 0; i < refused.size(); i++) {
          refused.item(i).refuseAfterAll(code);
        }
        call.answered();
      }
    }

    private void failed(Throwable cause) {
      end().forEach(call -> call.failed(cause));
    }

    /** What it leaves behind. */
    private Iterable<Call> end() {
      if (current == this) {
        current = null;
      }
      ArrayList<Call> open = new ArrayList<>(calls.values());
      open.addAll(early);
      open.removeIf(call -> !call.isOpen());
      calls.clear();
      early.clear();
      return open;
    }
  }
}
