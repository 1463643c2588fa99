package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call from its caller's side, from before there is a connection to its one end. Owned by one
 * event loop.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
final class GrpcExchange<Q extends Message, A extends Message> {

  private final Consumer<A> each;
  private final RefusedException lost;
  private final Promise<Void> ended = Promise.promise();
  private @Nullable GrpcClientRequest<Q, A> request;

  /**
   * @param lost what it means when something was sent and its answer is not seen
   */
  GrpcExchange(Consumer<A> each, RefusedException lost) {
    this.each = each;
    this.lost = lost;
  }

  /** Completes after the last answer; fails with what the service refused, or with its silence. */
  Future<Void> ended() {
    return ended.future();
  }

  void begin(GrpcClientRequest<Q, A> fresh) {
    if (ended.future().isComplete()) {
      fresh.cancel();
      return;
    }
    request = fresh;
    fresh.response().onSuccess(this::read).onFailure(e -> fail(lost));
  }

  private void read(GrpcClientResponse<Q, A> response) {
    response
        .handler(each::accept)
        .errorHandler(error -> fail(lost))
        .exceptionHandler(error -> fail(lost))
        .endHandler(nothing -> end(response));
  }

  private void end(GrpcClientResponse<Q, A> response) {
    if (response.status() == GrpcStatus.OK) {
      ended.tryComplete();
      return;
    }
    Refusal refusal = RefusalStatus.refusal(details(response));
    fail(refusal == null ? lost : new RefusedException(refusal));
  }

  /** A status without messages comes with the headers. */
  private static @Nullable String details(GrpcClientResponse<?, ?> response) {
    MultiMap trailers = response.trailers();
    String details = trailers == null ? null : trailers.get(RefusalStatus.DETAILS);
    return details == null ? response.headers().get(RefusalStatus.DETAILS) : details;
  }

  /** Sends the one question there is. */
  void ask(Q question) {
    GrpcClientRequest<Q, A> open = request;
    if (open != null && !ended.future().isComplete()) {
      open.end(question).onFailure(e -> fail(lost));
    }
  }

  /** Sends a question of several; false when there is no connection yet, or none any more. */
  boolean write(Q question) {
    GrpcClientRequest<Q, A> open = request;
    if (open == null || ended.future().isComplete()) {
      return false;
    }
    open.write(question).onFailure(e -> fail(lost));
    return true;
  }

  /** Nothing more is asked; the answers that are due still come. */
  void finish() {
    GrpcClientRequest<Q, A> open = request;
    if (open == null) {
      fail(lost);
    } else if (!ended.future().isComplete()) {
      open.end();
    }
  }

  /** The deadline has passed. */
  void late(RefusedException nothingSent) {
    fail(request == null ? nothingSent : lost);
  }

  void fail(Throwable cause) {
    if (ended.tryFail(cause) && request != null) {
      request.cancel();
    }
  }
}
