package io.pigpig.edge.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** grpc-java's own client without generated stubs; remembers which rpcs it has called. */
final class GrpcJava {

  private static final long DEADLINE_SECONDS = 30;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final Set<String> called = new HashSet<>();

  GrpcJava(int port) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /** A caller with a token; an empty one sends none. */
  Channel as(String token) {
    return as(token, Map.of());
  }

  /** As {@link #as(String)}, with more metadata. */
  Channel as(String token, Map<String, String> more) {
    Metadata headers = new Metadata();
    if (!token.isEmpty()) {
      headers.put(AUTHORIZATION, "Bearer " + token);
    }
    more.forEach(
        (name, value) ->
            headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** The full names of the rpcs called so far. */
  Set<String> called() {
    return called;
  }

  <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
      MethodType type, String path, Q question, A answer) {
    called.add(path);
    return MethodDescriptor.<Q, A>newBuilder()
        .setType(type)
        .setFullMethodName(path)
        .setRequestMarshaller(ProtoUtils.marshaller(question))
        .setResponseMarshaller(ProtoUtils.marshaller(answer))
        .build();
  }

  @SuppressWarnings("unchecked")
  <Q extends Message, A extends Message> A call(Channel by, String path, Q question, A answer) {
    Q none = (Q) question.getDefaultInstanceForType();
    return ClientCalls.blockingUnaryCall(
        by, method(MethodType.UNARY, path, none, answer), soon(), question);
  }

  @SuppressWarnings("unchecked")
  <Q extends Message, A extends Message> List<A> stream(
      Channel by, String path, Q question, A answer) {
    Q none = (Q) question.getDefaultInstanceForType();
    Iterator<A> answers =
        ClientCalls.blockingServerStreamingCall(
            by, method(MethodType.SERVER_STREAMING, path, none, answer), soon(), question);
    List<A> all = new ArrayList<>();
    answers.forEachRemaining(all::add);
    return all;
  }

  @SuppressWarnings("unchecked")
  <Q extends Message, A extends Message> List<A> duplex(
      Channel by, String path, List<Q> questions, A answer) throws Exception {
    Q none = (Q) questions.getFirst().getDefaultInstanceForType();
    List<A> all = new ArrayList<>();
    CompletableFuture<List<A>> done = new CompletableFuture<>();
    StreamObserver<Q> sending =
        ClientCalls.asyncBidiStreamingCall(
            by.newCall(method(MethodType.BIDI_STREAMING, path, none, answer), soon()),
            new StreamObserver<A>() {
              @Override
              public void onNext(A next) {
                all.add(next);
              }

              @Override
              public void onError(Throwable cause) {
                done.completeExceptionally(cause);
              }

              @Override
              public void onCompleted() {
                done.complete(all);
              }
            });
    questions.forEach(sending::onNext);
    sending.onCompleted();
    return done.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static CallOptions soon() {
    return CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** The stable code in the details of a failed call, as grpc-java reads them. */
  static String reason(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    if (status != null) {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return info(detail).getReason();
        }
      }
    }
    return "none";
  }

  private static ErrorInfo info(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("details that cannot be read", e);
    }
  }

  void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
