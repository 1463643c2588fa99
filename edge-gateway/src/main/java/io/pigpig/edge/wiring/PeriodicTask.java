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

  private final Supplier<Future<Boolean>> work;
  private final Ticker ticker;
  private final long stuckNanos;
  private final Executor loop;
  private @Nullable Future<Boolean> running;
  private long beganNanos;

  /**
   * @param stuck after so long a run that does not end is left alone and another begun
   */
  PeriodicTask(Supplier<Future<Boolean>> work, Ticker ticker, Duration stuck, Executor loop) {
    this.work = work;
    this.ticker = ticker;
    this.stuckNanos = stuck.toNanos();
    this.loop = loop;
  }

  void run() {
    Future<Boolean> last = running;
    long now = ticker.nanos();
    boolean under = last != null && !last.isComplete();
    if (under && now - beganNanos <= stuckNanos) {
      return;
    }
    if (under) {
      log.error("a periodic task did not end; it is begun anew");
    }
    beganNanos = now;
    running = work.get().onComplete(this::ended);
  }

  private void ended(AsyncResult<Boolean> done) {
    if (done.failed()) {
      log.warn("a periodic task is tried again later: {}", done.cause().getMessage());
    } else if (done.result()) {
      // Not a longer chain: each run is a future of its own.
      loop.execute(this::run);
    }
  }
}
