package io.pigpig.edge.wiring;

import io.pigpig.runtime.stores.StartupFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start and one stop of a process. A start that is under way on another thread is broken off by
 * a stop, and stops what it began. However many ask for it, the process stops once, and each of
 * them waits until it has. Blocking; any thread.
 */
final class BreakableStart {

  private static final Logger log = LoggerFactory.getLogger(BreakableStart.class);

  /** What a thread that starts takes at most to notice that it is to give up. */
  private static final Duration BREAK_OFF_MAX = Duration.ofSeconds(60);

  /** More than the sum of what a stop waits for, step by step. */
  private static final Duration STOP_MAX = Duration.ofMinutes(3);

  private final Runnable open;
  private final FutureTask<Boolean> stop;
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private @Nullable Thread starter;
  private volatile boolean stopping;

  /**
   * @param open starts everything, or throws a {@link StartupFailure}
   * @param close stops what there is, and logs what went wrong; answers whether nothing did
   */
  BreakableStart(Runnable open, BooleanSupplier close) {
    this.open = open;
    this.stop = new FutureTask<>(() -> closed(close));
  }

  private static boolean closed(BooleanSupplier close) {
    try {
      return close.getAsBoolean();
    } catch (RuntimeException e) {
      log.error("the stop failed", e);
      return false;
    }
  }

  /**
   * Starts, and stops again what was begun when that fails.
   *
   * @throws StartupFailure with one line for the operator; nothing is left running then
   */
  void start() {
    try {
      begin();
      open.run();
      ended();
    } catch (RuntimeException e) {
      ended();
      stopOnce();
      throw e;
    }
  }

  private synchronized void begin() {
    if (stopping) {
      throw new StartupFailure("stopped before it started");
    }
    starter = Thread.currentThread();
  }

  /** From here on nobody interrupts this thread: what follows may be a stop. */
  private synchronized void ended() {
    starter = null;
    Thread.interrupted();
    startEnded.countDown();
  }

  /** Breaks a start off, stops, and answers whether everything ended as it should. */
  boolean stop() {
    if (breakOff()) {
      awaitStartEnded();
    }
    return stopOnce();
  }

  private synchronized boolean breakOff() {
    stopping = true;
    Thread starting = starter;
    if (starting != null) {
      starting.interrupt();
    }
    return starting != null;
  }

  /** Whether {@link #stop} was called. */
  boolean isStopping() {
    return stopping;
  }

  private void awaitStartEnded() {
    try {
      if (!startEnded.await(BREAK_OFF_MAX.toSeconds(), TimeUnit.SECONDS)) {
        log.error("the start did not break off in {} s", BREAK_OFF_MAX.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean stopOnce() {
    // Does nothing but for the first; the others wait for it.
    stop.run();
    try {
      return stop.get(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.error("the stop did not end in {} s", STOP_MAX.toSeconds());
    } catch (ExecutionException e) {
      // Not an exception, which was dealt with, but an error that nobody is to deal with.
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
