package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.grpc.GrpcInstances.Interaction;
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

  /**
   * What silence means to whoever asked.
   *
   * @param nothingSent when nothing was sent
   * @param lost when something was, and its answer is not seen
   */
  record Silence(RefusedException nothingSent, RefusedException lost) {}

  private final Consumer<A> each;
  private final Silence silence;
  private final Consumer<Throwable> troubles;
  private final Promise<Void> ended = Promise.promise();
  private final Promise<Void> closed = Promise.promise();
  private @Nullable GrpcClientRequest<Q, A> request;
  private Interaction interaction = Interaction.NONE;
  private Runnable heard = () -> {};

  /**
   * @param troubles hears why an answer was not seen
   */
  GrpcExchange(Consumer<A> each, Silence silence, Consumer<Throwable> troubles) {
    this.each = each;
    this.silence = silence;
    this.troubles = troubles;
  }

  /** Completes after the last answer; fails with what the service refused, or with its silence. */
  Future<Void> ended() {
    return ended.future();
  }

  /** Completes when nothing of it is left on the wire, which can be later. */
  Future<Void> closed() {
    return closed.future();
  }

  /** Whether something may have been sent. */
  boolean isBegun() {
    return request != null;
  }

  void begin(GrpcClientRequest<Q, A> fresh, Interaction told) {
    if (ended.future().isComplete()) {
      giveBack(fresh);
      return;
    }
    request = fresh;
    interaction = told;
    fresh.response().onSuccess(this::read).onFailure(this::broken);
  }

  /**
   * A stream without a head would never be given back to the pool, and many that are reset look
   * like an attack; so nothing is asked, which the peer refuses.
   */
  private void giveBack(GrpcClientRequest<Q, A> fresh) {
    fresh
        .response()
        .onFailure(e -> closed.tryComplete())
        .onSuccess(
            response ->
                response
                    .errorHandler(error -> closed.tryComplete())
                    .exceptionHandler(e -> closed.tryComplete())
                    .endHandler(nothing -> closed.tryComplete()));
    fresh.end();
  }

  /** There is no connection, or not in time; it is still to be given back when it comes. */
  void notBegun(Throwable cause) {
    if (ended.tryFail(silence.nothingSent())) {
      troubles.accept(cause);
    }
  }

  /** There will be no connection. */
  void close() {
    closed.tryComplete();
  }

  /** {@code listener} is run whenever something comes from the peer. */
  void heardBy(Runnable listener) {
    heard = listener;
  }

  private void read(GrpcClientResponse<Q, A> response) {
    heard.run();
    interaction.answered();
    response
        .handler(this::answered)
        .errorHandler(error -> broken(new IllegalStateException("the peer said " + error)))
        .exceptionHandler(this::broken)
        .endHandler(nothing -> end(response));
  }

  private void answered(A answer) {
    heard.run();
    try {
      each.accept(answer);
    } catch (RuntimeException e) {
      // A defect of whoever asked; it must not look like the last answer.
      give(e);
    }
  }

  private void end(GrpcClientResponse<Q, A> response) {
    closed.tryComplete();
    if (response.status() == GrpcStatus.OK) {
      ended.tryComplete();
      return;
    }
    Refusal refusal = RefusalStatus.refusal(details(response));
    if (refusal instanceof Refusal.Unauthenticated) {
      // It is our token that does not hold: whoever is asked for cannot mend that.
      troubles.accept(new RefusedException(refusal));
      ended.tryFail(silence.nothingSent());
    } else if (refusal == null) {
      troubles.accept(
          new IllegalStateException(response.status() + ": " + response.statusMessage()));
      ended.tryFail(silence.lost());
    } else {
      ended.tryFail(new RefusedException(refusal));
    }
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
      open.end(question).onFailure(this::broken);
    }
  }

  /** Sends a question of several; false when there is no connection yet, or none any more. */
  boolean write(Q question) {
    GrpcClientRequest<Q, A> open = request;
    if (open == null || ended.future().isComplete()) {
      return false;
    }
    open.write(question).onFailure(this::broken);
    return true;
  }

  /** Nothing more is asked; the answers that are due still come. */
  void finish() {
    GrpcClientRequest<Q, A> open = request;
    if (open == null) {
      ended.tryFail(silence.nothingSent());
    } else if (!ended.future().isComplete()) {
      open.end().onFailure(this::broken);
    }
  }

  private void broken(Throwable cause) {
    closed.tryComplete();
    if (ended.tryFail(silence.lost())) {
      interaction.failed(cause);
      troubles.accept(cause);
      cancel();
    }
  }

  /** The deadline has passed: whoever asked is told, and the wire is left as it is. */
  void late() {
    if (ended.tryFail(request == null ? silence.nothingSent() : silence.lost())) {
      interaction.failed(silence.lost());
    }
  }

  /** Nobody waits any more. */
  void give(Throwable cause) {
    ended.tryFail(cause);
    cancel();
  }

  /** Ends it on the wire; the peer is told. */
  void cancel() {
    GrpcClientRequest<Q, A> open = request;
    if (open != null) {
      closed.tryComplete();
      open.cancel();
    }
  }
}
