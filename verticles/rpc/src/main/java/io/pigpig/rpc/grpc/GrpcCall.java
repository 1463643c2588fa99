package io.pigpig.rpc.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call that came over gRPC. */
final class GrpcCall<Q extends Message, A extends Message> extends RpcCall<A> {

  /** How messages are written that are not compressed. */
  static final String IDENTITY = "identity";

  /** How long a caller who has its answer may take to end what it sends, before it is reset. */
  private static final long LINGER_MILLIS = 1_000;

  /** What all calls of a server have in common. */
  record Terms(Vertx vertx, Ticker ticker, RpcSettings settings, GrpcMetrics metrics) {}

  private final GrpcServerRequest<Buffer, A> request;
  private final RpcMethod<Q, A> method;
  private final Terms terms;
  private final long beganNanos;
  private Consumer<Refusal> leaving = this::refuse;
  private @Nullable Promise<Void> drained;
  private boolean begun;
  private boolean readToEnd;

  GrpcCall(GrpcServerRequest<Buffer, A> request, RpcMethod<Q, A> method, Terms terms) {
    super(method);
    this.request = request;
    this.method = method;
    this.terms = terms;
    this.beganNanos = terms.ticker().nanos();
    terms.metrics().began(method.path());
    request.errorHandler(error -> gone());
    request.exceptionHandler(error -> gone());
    // A connection that dies after the request has ended is told to the response only.
    request.response().exceptionHandler(error -> gone());
    request.invalidMessageHandler(
        error -> leaving.accept(new Refusal.PayloadTooLarge(terms.settings().messageMax())));
    onOver(this::drained);
  }

  GrpcServerRequest<Buffer, A> request() {
    return request;
  }

  void admit(Principal caller) {
    principal(caller);
  }

  /** Gives the call a deadline. */
  void until(long nanos) {
    until(nanos, terms.vertx(), terms.ticker());
  }

  /** Bounds a call that has no deadline: the wait for its first message, and its life. */
  void last() {
    RpcSettings settings = terms.settings();
    long first =
        terms
            .vertx()
            .setTimer(
                settings.firstMessageTimeout().toMillis(),
                id -> {
                  if (!begun) {
                    refuse(Refused.late());
                  }
                });
    long life =
        terms
            .vertx()
            .setTimer(
                settings.lastingFor().toMillis(),
                id ->
                    leaving.accept(
                        new Refusal.Unavailable(
                            "this stream has lasted as long as one may", Refused.RETRY_AFTER)));
    onOver(
        () -> {
          terms.vertx().cancelTimer(first);
          terms.vertx().cancelTimer(life);
        });
  }

  /** How the call ends when it must, or cannot go on; refused at once unless {@code way} is set. */
  void leaveBy(Consumer<Refusal> way) {
    leaving = way;
  }

  /** The process stops: whoever would go on for ever is told. */
  void drainNow() {
    drain();
  }

  /** What was asked for has come. */
  void begun() {
    begun = true;
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
          begun();
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
        .messageHandler(
            message -> {
              Q question = isOver() ? null : parsed(message);
              if (question != null) {
                attempt(() -> handler.accept(question));
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
  private @Nullable Q parsed(GrpcMessage message) {
    if (!message.encoding().equals(IDENTITY)) {
      leaving.accept(compressed());
      return null;
    }
    try {
      return (Q) method.question().getParserForType().parseFrom(message.payload().getBytes());
    } catch (InvalidProtocolBufferException e) {
      leaving.accept(
          new Refusal.InvalidRequest(
              "not a " + method.question().getDescriptorForType().getFullName()));
      return null;
    }
  }

  /** A few bytes of gzip can be a gigabyte of message. */
  static Refusal compressed() {
    return new Refusal.UnsupportedMediaType("messages that are not compressed");
  }

  @Override
  protected Future<Void> send(A answer) {
    GrpcServerResponse<Buffer, A> response = request.response();
    response.write(answer);
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> waiting = drained;
    if (waiting == null) {
      waiting = Promise.promise();
      drained = waiting;
      response.drainHandler(nothing -> drained());
    }
    return waiting.future();
  }

  /** Whoever waits to write goes on, or finds the call at its end. */
  private void drained() {
    Promise<Void> waiting = drained;
    drained = null;
    if (waiting != null) {
      waiting.complete();
    }
  }

  @Override
  protected void gone() {
    if (!isOver()) {
      ended(GrpcStatus.CANCELLED);
    }
    super.gone();
  }

  private void ended(GrpcStatus status) {
    terms.metrics().ended(method.path(), status, terms.ticker().nanos() - beganNanos);
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

  @Override
  protected void finishLate(Refusal refusal) {
    finish(GrpcStatus.DEADLINE_EXCEEDED, refusal);
  }

  private void finish(GrpcStatus status, Refusal refusal) {
    ended(status);
    RefusalFacts facts = RefusalFacts.of(refusal);
    GrpcServerResponse<Buffer, A> response = request.response();
    response.status(status).statusMessage(RefusalStatus.message(facts));
    response.trailers().set(RefusalStatus.DETAILS, RefusalStatus.details(facts, status));
    response.end();
    stopSending();
  }

  @Override
  protected void finishDefect() {
    ended(GrpcStatus.INTERNAL);
    request.response().status(GrpcStatus.INTERNAL).statusMessage("a defect; it is logged").end();
    stopSending();
  }

  /**
   * What the caller still sends is not read. Most have sent everything, or stop when they see the
   * answer; a reset ends what goes on, and is kept for that, because many of them look like an
   * attack.
   */
  private void stopSending() {
    if (readToEnd) {
      return;
    }
    long timer = terms.vertx().setTimer(LINGER_MILLIS, id -> request.response().cancel());
    request
        .messageHandler(ignored -> {})
        .endHandler(
            nothing -> {
              readToEnd = true;
              terms.vertx().cancelTimer(timer);
            })
        .resume();
    request.errorHandler(error -> terms.vertx().cancelTimer(timer));
  }
}
