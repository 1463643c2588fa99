package io.pigpig.edge.wiring;

import io.pigpig.runtime.Ticker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that comes round by a timer and is left out while it still runs; work that says there is
 * more runs again at once. Owned by one event loop.
 */
final class PeriodicTask {

  private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);

  /**
   * Who does it, and for how long.
   *
   * @param stuckAfter a run that does not end for so long is left alone and another begun
   */
  record On(Executor loop, Ticker ticker, Duration stuckAfter) {}

  private final String name;
  private final Supplier<Future<Boolean>> work;
  private final On on;
  private @Nullable Future<Boolean> running;
  private long beganNanos;

  /**
   * @param name of the work, for the log: {@code the relay of events}
   */
  PeriodicTask(String name, Supplier<Future<Boolean>> work, On on) {
    this.name = name;
    this.work = work;
    this.on = on;
  }

  void run() {
    Future<Boolean> last = running;
    long now = on.ticker().nanos();
    boolean under = last != null && !last.isComplete();
    if (under && now - beganNanos <= on.stuckAfter().toNanos()) {
      return;
    }
    if (under) {
      log.error("{} did not end in {} s; it is begun anew", name, on.stuckAfter().toSeconds());
    }
    beganNanos = now;
    running = work.get().onComplete(this::ended);
  }

  private void ended(AsyncResult<Boolean> done) {
    if (done.failed()) {
      log.warn("{} is tried again later: {}", name, done.cause().getMessage());
    } else if (done.result()) {
      // Not a longer chain: each run is a future of its own.
      on.loop().execute(this::run);
    }
  }
}
