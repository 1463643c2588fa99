package io.pigpig.rpc.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.Test;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code grpc.testing.TestService} of gRPC's interoperability tests as our server serves a
 * contract. A status that is asked for is a refusal with its message; a question without sizes of
 * answers is never answered.
 *
 * <p>Left out: rpcs with many questions and one answer, and with answers of another number than the
 * questions, which none of our contracts has.
 */
final class InteropService {

  private static final String NAME = "grpc.testing.TestService";

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  RpcService service() {
    return new RpcService(Test.getDescriptor().findServiceByName("TestService"))
            .unary(
                method("EmptyCall", Empty.getDefaultInstance(), Empty.getDefaultInstance()),
                Access.ANYBODY,
                (call, question) -> Future.succeededFuture(question))
            .unary(
                method(
                    "UnaryCall",
                    SimpleRequest.getDefaultInstance(),
                    SimpleResponse.getDefaultInstance()),
                Access.ANYBODY,
                (call, question) -> unary(question))
            .stream(
                method(
                    "StreamingOutputCall",
                    StreamingOutputCallRequest.getDefaultInstance(),
                    StreamingOutputCallResponse.getDefaultInstance()),
                Access.ANYBODY,
                InteropService::outputs)
            .batches(
                method(
                    "FullDuplexCall",
                    StreamingOutputCallRequest.getDefaultInstance(),
                    StreamingOutputCallResponse.getDefaultInstance()),
                Access.ANYBODY,
                this::echo);
  }

  /** Questions of full duplex calls that have been worked on. */
  int begun() {
    return begun.get();
  }

  /** Questions of full duplex calls that have come to their end, answered or not. */
  int ended() {
    return ended.get();
  }

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Q question, A answer) {
    return new RpcMethod<>(NAME, name, Effect.READ, question, answer);
  }

  private static Future<SimpleResponse> unary(SimpleRequest question) {
    if (question.getResponseStatus().getCode() != 0) {
      return Refused.with(new Refusal.InvalidRequest(question.getResponseStatus().getMessage()));
    }
    return Future.succeededFuture(
        SimpleResponse.newBuilder().setPayload(payload(question.getResponseSize())).build());
  }

  private static void outputs(
      RpcCall<StreamingOutputCallResponse> call, StreamingOutputCallRequest question) {
    Future<Void> sent = Future.succeededFuture();
    for (ResponseParameters wanted : question.getResponseParametersList()) {
      sent = sent.compose(before -> call.write(output(wanted)));
    }
    sent.onSuccess(all -> call.end()).onFailure(call::fail);
  }

  private Future<StreamingOutputCallResponse> echo(
      RpcCall<StreamingOutputCallResponse> call, StreamingOutputCallRequest question) {
    begun.incrementAndGet();
    call.onOver(ended::incrementAndGet);
    return question.getResponseParametersCount() == 0
        ? Promise.<StreamingOutputCallResponse>promise().future()
        : Future.succeededFuture(output(question.getResponseParameters(0)));
  }

  private static StreamingOutputCallResponse output(ResponseParameters wanted) {
    return StreamingOutputCallResponse.newBuilder().setPayload(payload(wanted.getSize())).build();
  }

  static Payload payload(int bytes) {
    return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[bytes])).build();
  }
}
