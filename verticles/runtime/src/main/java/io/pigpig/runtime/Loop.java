package io.pigpig.runtime;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop as others see it: they send it work, and the answer comes back to the loop that
 * asked. Safe from any thread.
 */
public record Loop(Context context) implements Executor {

  /** Runs the task on this loop, at the earliest at the end of its turn. */
  @Override
  public void execute(Runnable task) {
    context.runOnContext(nothing -> task.run());
  }

  /**
   * Runs {@code work} on this loop. The future completes on the caller's context; called from a
   * thread without one, on this loop.
   */
  public <T> Future<T> call(Supplier<Future<T>> work) {
    Context caller = Vertx.currentContext();
    Promise<T> answer = Promise.promise();
    execute(() -> attempt(work).onComplete(done -> deliver(caller, answer, done)));
    return answer.future();
  }

  private static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static <T> void deliver(
      @Nullable Context caller, Promise<T> answer, AsyncResult<T> done) {
    if (caller == null) {
      answer.handle(done);
    } else {
      caller.runOnContext(nothing -> answer.handle(done));
    }
  }
}
