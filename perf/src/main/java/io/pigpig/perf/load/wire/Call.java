package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.flow.Request;
import io.vertx.core.http.StreamResetException;
import io.vertx.grpc.common.GrpcErrorException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a request on a multiplexed connection. It ends once; what comes afterwards finds
 * it closed and must not touch the request, which may be another one by then.
 */
final class Call {

  /** How it ended. */
  enum End {
    ANSWERED,
    /** The server gave it up; others of the connection are as they were. */
    RESET,
    /** With its connection. */
    LOST,
    /** Nobody waits for it any more. */
    ABANDONED
  }

  /** Hears of the end. */
  @FunctionalInterface
  interface Ended {
    void ended(Call call, End how);
  }

  private final Request request;
  private final Ended ended;
  private boolean open = true;
  private @Nullable Runnable cancel;

  Call(Request request, Ended ended) {
    this.request = request;
    this.ended = ended;
  }

  Request request() {
    return request;
  }

  boolean isOpen() {
    return open;
  }

  /**
   * @param action tells the server, when nobody wants the answer any more
   */
  void onCancel(Runnable action) {
    cancel = action;
  }

  /** Its request's items say how. */
  void answered() {
    end(End.ANSWERED);
  }

  /** It has no answer, because of this. */
  void failed(Throwable cause) {
    boolean reset = cause instanceof StreamResetException || cause instanceof GrpcErrorException;
    end(reset ? End.RESET : End.LOST);
  }

  void reset() {
    end(End.RESET);
  }

  void lost() {
    end(End.LOST);
  }

  void abandon() {
    Runnable action = cancel;
    end(End.ABANDONED);
    if (action != null) {
      action.run();
    }
  }

  private void end(End how) {
    if (open) {
      open = false;
      ended.ended(this, how);
    }
  }
}
