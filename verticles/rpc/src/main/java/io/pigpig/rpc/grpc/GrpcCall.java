package io.pigpig.rpc.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call that came over gRPC. */
final class GrpcCall<Q extends Message, A extends Message> extends RpcCall<A> {

  private final GrpcServerRequest<Buffer, A> request;
  private final RpcMethod<Q, A> method;
  private final GrpcMetrics metrics;
  private final Ticker ticker;
  private final long beganNanos;
  private boolean readToEnd;

  GrpcCall(
      GrpcServerRequest<Buffer, A> request,
      RpcMethod<Q, A> method,
      int messageMax,
      GrpcMetrics metrics,
      Ticker ticker) {
    super(method.path());
    this.request = request;
    this.method = method;
    this.metrics = metrics;
    this.ticker = ticker;
    this.beganNanos = ticker.nanos();
    metrics.began(method.path());
    request.errorHandler(error -> gone());
    request.exceptionHandler(error -> gone());
    request.invalidMessageHandler(error -> refuse(new Refusal.PayloadTooLarge(messageMax)));
  }

  void admit(Principal caller) {
    principal(caller);
  }

  void until(long nanos) {
    deadline(nanos);
  }

  /** The process stops: whoever would go on for ever is told. */
  void drainNow() {
    drain();
  }

  /** Reads the one message of a call that sends one. */
  void readOne(Consumer<Q> handler) {
    List<Q> read = new ArrayList<>(1);
    readAll(
        message -> {
          read.add(message);
          if (read.size() > 1) {
            refuse(new Refusal.InvalidRequest(method.name() + " takes one message"));
          }
        },
        () -> {
          if (read.isEmpty()) {
            refuse(new Refusal.InvalidRequest(method.name() + " takes one message, not none"));
          } else {
            handler.accept(read.getFirst());
          }
        });
  }

  /** Reads every message, then hears of their end. Nothing is read after the end of the call. */
  void readAll(Consumer<Q> handler, Runnable atEnd) {
    request
        .handler(
            bytes -> {
              Q message = isOver() ? null : parsed(bytes);
              if (message != null) {
                attempt(() -> handler.accept(message));
              }
            })
        .endHandler(
            nothing -> {
              readToEnd = true;
              if (!isOver()) {
                attempt(atEnd);
              }
            });
  }

  void pause() {
    request.pause();
  }

  void resume() {
    request.resume();
  }

  @SuppressWarnings("unchecked")
  private @Nullable Q parsed(Buffer bytes) {
    try {
      return (Q) method.question().getParserForType().parseFrom(bytes.getBytes());
    } catch (InvalidProtocolBufferException e) {
      refuse(
          new Refusal.InvalidRequest(
              "not a " + method.question().getDescriptorForType().getFullName()));
      return null;
    }
  }

  @Override
  protected Future<Void> send(A answer) {
    GrpcServerResponse<Buffer, A> response = request.response();
    response.write(answer);
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> drained = Promise.promise();
    response.drainHandler(nothing -> drained.tryComplete());
    onOver(drained::tryComplete);
    return drained.future();
  }

  @Override
  protected void gone() {
    if (!isOver()) {
      ended(GrpcStatus.CANCELLED);
    }
    super.gone();
  }

  private void ended(GrpcStatus status) {
    metrics.ended(method.path(), status, ticker.nanos() - beganNanos);
  }

  @Override
  protected void finish(@Nullable A last) {
    ended(GrpcStatus.OK);
    if (last == null) {
      request.response().end();
    } else {
      request.response().end(last);
    }
    stopSending();
  }

  @Override
  protected void finishRefused(Refusal refusal) {
    finish(RefusalStatus.of(refusal), refusal);
  }

  /** The deadline has passed: of a call that changes something, the outcome is not known. */
  void late() {
    if (over()) {
      finish(
          GrpcStatus.DEADLINE_EXCEEDED,
          method.effect() == Effect.WRITE
              ? new Refusal.OutcomeUnknown(Refused.RETRY_AFTER)
              : new Refusal.Unavailable("the deadline has passed", Refused.RETRY_AFTER));
    }
  }

  private void finish(GrpcStatus status, Refusal refusal) {
    ended(status);
    GrpcServerResponse<Buffer, A> response = request.response();
    response.status(status).statusMessage(refusal.detail());
    response.trailers().set(RefusalStatus.DETAILS, RefusalStatus.details(refusal));
    response.end();
    stopSending();
  }

  @Override
  protected void finishDefect() {
    ended(GrpcStatus.INTERNAL);
    request.response().status(GrpcStatus.INTERNAL).statusMessage("a defect; it is logged").end();
    stopSending();
  }

  /** What the caller still sends is not read; a reset lets it know. */
  private void stopSending() {
    if (!readToEnd) {
      request.response().cancel();
    }
  }
}
