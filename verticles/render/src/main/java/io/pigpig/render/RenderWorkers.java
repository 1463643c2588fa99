package io.pigpig.render;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The threads that draw, behind one bounded queue. Safe from any thread; nothing here waits.
 *
 * <p>Every task has a deadline that counts from the moment it was handed over. When it passes, the
 * future fails with {@code UNAVAILABLE}; a task still waiting is dropped, one under way stops at
 * its next checkpoint. Futures complete on whatever thread ends them.
 */
final class RenderWorkers {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Ticker ticker;
  private final RenderSettings settings;
  private final RenderMetrics metrics;
  private final ThreadPoolExecutor threads;

  RenderWorkers(Vertx vertx, Ticker ticker, RenderSettings settings, RenderMetrics metrics) {
    this.vertx = vertx;
    this.ticker = ticker;
    this.settings = settings;
    this.metrics = metrics;
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            settings.workers(),
            settings.workers(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.queue()),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("render-" + number.getAndIncrement())
                    .unstarted(task));
  }

  /** Runs {@code work}, giving it a checkpoint that throws once the time is up. */
  <T> Future<T> submit(Function<Runnable, T> work) {
    Promise<T> promise = Promise.promise();
    long startNanos = ticker.nanos();
    Runnable checkpoint =
        () -> {
          if (ticker.nanos() - startNanos > settings.deadline().toNanos()) {
            throw late();
          }
        };
    try {
      threads.execute(() -> run(work, checkpoint, promise));
    } catch (RejectedExecutionException e) {
      metrics.refused();
      return Future.failedFuture(threads.isShutdown() ? draining() : overloaded());
    }
    long timer =
        vertx.setTimer(
            settings.deadline().toMillis(),
            id -> {
              if (promise.tryFail(late())) {
                metrics.refused();
              }
            });
    return promise.future().onComplete(ended -> vertx.cancelTimer(timer));
  }

  /** Takes no more; ends when the tasks have, or after the drain time at the latest. */
  Future<Void> close() {
    threads.shutdown();
    return vertx.executeBlocking(
        () -> {
          if (!threads.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
            // What never ran is failed by its own deadline.
            threads.shutdownNow();
          }
          return null;
        },
        false);
  }

  static RefusedException overloaded() {
    return new RefusedException(new Refusal.Overloaded("render queue", RETRY_AFTER));
  }

  private RefusedException late() {
    return new RefusedException(
        new Refusal.Unavailable(
            "the render did not end within " + settings.deadline().toMillis() + " ms",
            RETRY_AFTER));
  }

  private static RefusedException draining() {
    return new RefusedException(new Refusal.Unavailable("rendering is draining", RETRY_AFTER));
  }

  private static <T> void run(Function<Runnable, T> work, Runnable checkpoint, Promise<T> promise) {
    try {
      checkpoint.run();
      promise.tryComplete(work.apply(checkpoint));
    } catch (RuntimeException e) {
      promise.tryFail(e);
    } catch (Error e) {
      // The caller must hear of it, and so must whoever watches the thread.
      promise.tryFail(e);
      throw e;
    }
  }
}
