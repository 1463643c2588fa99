package io.pigpig.edge.wiring;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a stop, one after the other, each whatever became of those before. A step that fails
 * is logged here, once, and nowhere else. Built by one thread; the steps may be of several loops.
 */
final class StopSteps {

  private static final Logger log = LoggerFactory.getLogger(StopSteps.class);

  private Future<Void> last = Future.succeededFuture();
  private final AtomicInteger owed = new AtomicInteger();
  private volatile String now = "the beginning";
  private volatile @Nullable Throwable lost;

  /** A step whose failure costs nothing that was accepted. */
  StopSteps then(String what, Supplier<? extends Future<?>> step) {
    return add(what, step, e -> logged(what, e));
  }

  /** A step that loses what was accepted when it fails: all of it has failed then. */
  StopSteps must(String what, Supplier<? extends Future<?>> step) {
    return owe(
        what,
        step,
        e -> {
          logged(what, e);
          lost(e);
        });
  }

  /** As {@link #must}, of what has steps of its own, which have been logged. */
  StopSteps mustAll(String what, Supplier<? extends Future<?>> steps) {
    return owe(what, steps, this::lost);
  }

  private StopSteps owe(
      String what, Supplier<? extends Future<?>> step, Handler<Throwable> onFailure) {
    owed.incrementAndGet();
    add(what, step, onFailure);
    last = last.onComplete(ended -> owed.decrementAndGet());
    return this;
  }

  private StopSteps add(
      String what, Supplier<? extends Future<?>> step, Handler<Throwable> onFailure) {
    last =
        last.compose(
                before -> {
                  now = what;
                  return step.get().<Void>mapEmpty();
                })
            .onFailure(onFailure)
            .otherwiseEmpty();
    return this;
  }

  private static void logged(String what, Throwable cause) {
    log.warn("stopping: {}: {}", what, cause.getMessage());
  }

  private void lost(Throwable cause) {
    if (lost == null) {
      lost = cause;
    }
  }

  /** The step that is under way, for a message when it does not end. */
  String now() {
    return now;
  }

  /** Whether nothing that was accepted is lost, or may be yet. */
  boolean isSafe() {
    return owed.get() == 0 && lost == null;
  }

  /** Completes after the last step; fails when one failed that must not. */
  Future<Void> done() {
    return last.compose(
        ended -> {
          Throwable cause = lost;
          return cause == null ? Future.succeededFuture() : Future.failedFuture(cause);
        });
  }
}
