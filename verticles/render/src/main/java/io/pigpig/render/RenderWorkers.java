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
 * <p>Every task has a deadline. When it passes, the future fails with {@code UNAVAILABLE}; a task
 * still waiting is dropped, one under way stops at its next checkpoint. Futures complete on
 * whatever thread ends them.
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

  /**
   * Runs {@code work}, giving it a checkpoint that throws once the time is up. The deadline counts
   * from now: somebody waits for the answer.
   */
  <T> Future<T> submit(Function<Runnable, T> work) {
    Task<T> task = new Task<>(work, Clock.FROM_SUBMISSION);
    if (isAccepted(task)) {
      task.startTimer();
    }
    return task.promise.future();
  }

  /**
   * As {@link #submit}, for work whose result is kept and asked for again: the deadline counts from
   * when a thread begins. The queue bounds the wait, and whoever asks has a deadline of his own;
   * were the wait counted, a backlog longer than the deadline would drop every task, and its next
   * attempt again.
   */
  <T> Future<T> submitKept(Function<Runnable, T> work) {
    Task<T> task = new Task<>(work, Clock.FROM_THREAD);
    isAccepted(task);
    return task.promise.future();
  }

  private boolean isAccepted(Task<?> task) {
    try {
      threads.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      metrics.refused();
      task.promise.tryFail(threads.isShutdown() ? draining() : overloaded());
      return false;
    }
  }

  /** From when a task's deadline counts. */
  private enum Clock {
    FROM_SUBMISSION,
    FROM_THREAD
  }

  /** One piece of work, handed from the thread that submits it to one that draws. */
  private final class Task<T> implements Runnable {

    private final Function<Runnable, T> work;
    private final Clock clock;
    private final Promise<T> promise = Promise.promise();
    private long startNanos = ticker.nanos();

    Task(Function<Runnable, T> work, Clock clock) {
      this.work = work;
      this.clock = clock;
    }

    void startTimer() {
      long timer =
          vertx.setTimer(
              settings.deadline().toMillis(),
              id -> {
                if (promise.tryFail(late())) {
                  metrics.refused();
                }
              });
      promise.future().onComplete(ended -> vertx.cancelTimer(timer));
    }

    @Override
    public void run() {
      if (clock == Clock.FROM_THREAD) {
        startNanos = ticker.nanos();
        startTimer();
      }
      try {
        checkpoint();
        promise.tryComplete(work.apply(this::checkpoint));
      } catch (RuntimeException e) {
        promise.tryFail(e);
      } catch (Error e) {
        // The caller must hear of it, and so must whoever watches the thread.
        promise.tryFail(e);
        throw e;
      }
    }

    private void checkpoint() {
      if (ticker.nanos() - startNanos > settings.deadline().toNanos()) {
        throw late();
      }
    }
  }

  /** Takes no more; ends when the tasks have, or after the drain time at the latest. */
  Future<Void> close() {
    threads.shutdown();
    return vertx.executeBlocking(
        () -> {
          if (!threads.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
            for (Runnable never : threads.shutdownNow()) {
              ((Task<?>) never).promise.tryFail(draining());
            }
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
}
