package io.pigpig.rpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way to its one end: answered, refused, too late, or given up by its caller.
 * Whatever comes after the end is dropped. Owned by one event loop.
 *
 * @param <A> what is answered
 */
public abstract class RpcCall<A extends Message> {

  private static final Logger log = LoggerFactory.getLogger(RpcCall.class);

  private final RpcMethod<?, A> method;
  private final List<Runnable> whenOver = new ArrayList<>(2);
  private final Set<Runnable> whenGone = new LinkedHashSet<>(2);
  private @Nullable Principal principal;
  private @Nullable Runnable whenDraining;
  private boolean draining;
  private long deadlineNanos;
  private boolean over;

  protected RpcCall(RpcMethod<?, A> method) {
    this.method = method;
  }

  /** What is asked. */
  public RpcMethod<?, A> method() {
    return method;
  }

  /** Who asks, or on whose behalf the edge asks. */
  public Principal principal() {
    return Objects.requireNonNull(principal, "a call is admitted before it is handled");
  }

  protected void principal(Principal caller) {
    principal = caller;
  }

  /** When the caller stops waiting, by the process's ticker; 0 for a stream that may last. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  protected void deadline(long nanos) {
    deadlineNanos = nanos;
  }

  /** Gives the call until then: later it is answered as late, and its work is stopped. */
  protected void until(long nanos, Vertx vertx, Ticker ticker) {
    deadlineNanos = nanos;
    // A timer of Vert.x takes at least one.
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos - ticker.nanos()));
    long timer = vertx.setTimer(millis, id -> late());
    onOver(() -> vertx.cancelTimer(timer));
  }

  /** Whether nobody waits for an answer any more. */
  public boolean isOver() {
    return over;
  }

  /** Runs {@code task} when the call ends, however it ends; at once if it has. */
  public void onOver(Runnable task) {
    if (over) {
      task.run();
    } else {
      whenOver.add(task);
    }
  }

  /**
   * Runs {@code stop} if nobody waits any more before {@code work} is done, which was asked for.
   */
  public void whenGone(Runnable stop, Future<?> work) {
    if (over) {
      if (!work.isComplete()) {
        stop.run();
      }
    } else if (!work.isComplete()) {
      whenGone.add(stop);
      work.onComplete(done -> whenGone.remove(stop));
    }
  }

  /**
   * Runs {@code task} when the process begins to drain, at once if it has: for what does not end by
   * itself.
   */
  public void onDrain(Runnable task) {
    whenDraining = task;
    if (draining && !over) {
      task.run();
    }
  }

  protected void drain() {
    draining = true;
    Runnable task = whenDraining;
    if (task != null && !over) {
      task.run();
    }
  }

  /** Sends one message of several; completes when the next may be sent, or nobody waits for it. */
  public Future<Void> write(A answer) {
    return over ? Future.succeededFuture() : send(answer);
  }

  /** Sends the last message and ends the call. */
  public void end(A answer) {
    if (over()) {
      finish(answer);
    }
  }

  /** Ends a stream that has sent everything. */
  public void end() {
    if (over()) {
      finish(null);
    }
  }

  /** Ends the call as {@code work} does: with its answer, or with what it failed of. */
  public void endWith(Future<A> work) {
    work.onSuccess(this::end).onFailure(this::fail);
  }

  public void refuse(Refusal refusal) {
    if (over()) {
      finishRefused(refusal);
    }
  }

  /** Ends the call with a refusal, or as a defect, which is logged here once. */
  public void fail(Throwable cause) {
    if (cause instanceof RefusedException refused) {
      refuse(refused.refusal());
      return;
    }
    log.error("{} failed", method.path(), cause);
    if (over()) {
      finishDefect();
    }
  }

  /** Nobody waits any more, and nobody is told. */
  protected void gone() {
    List<Runnable> stops = List.copyOf(whenGone);
    if (over()) {
      stops.forEach(Runnable::run);
    }
  }

  /** The deadline has passed: of a call that changes something, the outcome is not known. */
  private void late() {
    List<Runnable> stops = List.copyOf(whenGone);
    if (over()) {
      finishLate(method.effect() == Effect.WRITE ? Refused.unknown() : Refused.late());
      stops.forEach(Runnable::run);
    }
  }

  /** Runs the work of the call; what it throws ends it. */
  protected void attempt(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** False if it was over before. */
  protected boolean over() {
    if (over) {
      return false;
    }
    over = true;
    whenOver.forEach(Runnable::run);
    whenOver.clear();
    whenGone.clear();
    return true;
  }

  protected abstract Future<Void> send(A answer);

  protected abstract void finish(@Nullable A last);

  protected abstract void finishRefused(Refusal refusal);

  /** As {@link #finishRefused}, where the carrier has a word of its own for what is too late. */
  protected void finishLate(Refusal refusal) {
    finishRefused(refusal);
  }

  protected abstract void finishDefect();
}
