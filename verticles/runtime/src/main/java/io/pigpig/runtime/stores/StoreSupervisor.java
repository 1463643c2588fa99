package io.pigpig.runtime.stores;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts one embedded server again, on its port, whenever it ends without being asked to.
 *
 * <p>Owner: one daemon thread of its own, so there are never two attempts at once. It notices an
 * end at once through the process's exit, tries again with a pause that doubles from 100 ms to 2 s,
 * and gives up only at {@link #close}.
 */
final class StoreSupervisor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreSupervisor.class);
  private static final long PAUSE_MILLIS_MIN = 100;
  private static final long PAUSE_MILLIS_MAX = 2_000;

  /** Recovery replays at most {@code max_wal_size} of log. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(1);

  private final StoreProcess store;
  private final int port;
  private final AtomicInteger restarts = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private long notedPid;

  private StoreSupervisor(StoreProcess store, int port) {
    this.store = store;
    this.port = port;
    this.thread =
        Thread.ofPlatform().daemon().name("supervisor-" + store.name()).unstarted(this::watch);
  }

  /** Watches a started store. */
  static StoreSupervisor watch(StoreProcess store, int port) {
    store.recordRestarts(0);
    StoreSupervisor supervisor = new StoreSupervisor(store, port);
    supervisor.thread.start();
    return supervisor;
  }

  /** How often the store was started again. */
  int restarts() {
    return restarts.get();
  }

  private void watch() {
    long pauseMillis = 0;
    while (awaitDeath() && pause(pauseMillis)) {
      pauseMillis = Math.clamp(pauseMillis * 2, PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX);
      if (restart()) {
        pauseMillis = 0;
      }
    }
  }

  private boolean restart() {
    try {
      store.reclaim();
      store.start(port, START_PATIENCE);
      LOG.warn(
          "{} was started again as process {} on port {}, restart {}",
          store.name(),
          store.pid(),
          port,
          restarts.incrementAndGet());
      store.recordRestarts(restarts.get());
      return true;
    } catch (StartupFailure e) {
      LOG.warn("{} ended and does not start again yet: {}", store.name(), e.getMessage());
      return false;
    } catch (RuntimeException e) {
      // A bug of ours must not end the watch: the next attempt may get past it.
      LOG.error("{} ended and does not start again yet", store.name(), e);
      return false;
    }
  }

  /** True once the store is dead, false once this supervisor is closing. */
  private boolean awaitDeath() {
    while (closing.getCount() > 0) {
      try {
        Process dead = store.onExit().get(1, TimeUnit.SECONDS);
        return closing.getCount() > 0 && noted(dead);
      } catch (TimeoutException e) {
        // Still alive: look whether this supervisor is closing.
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        return false;
      }
    }
    return false;
  }

  /** Says so once for each process, not for each attempt to start another. */
  private boolean noted(Process dead) {
    if (dead.pid() != notedPid) {
      notedPid = dead.pid();
      LOG.warn(
          "{} process {} ended with exit code {}; it is started again",
          store.name(),
          dead.pid(),
          dead.exitValue());
    }
    return true;
  }

  /** False if this supervisor was closed meanwhile. */
  private boolean pause(long millis) {
    try {
      return !closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Ends the watch, then stops the store. An attempt under way is interrupted. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        LOG.warn("the supervisor of {} does not end", store.name());
      }
    } catch (InterruptedException e) {
      // Goes on to stop the store: an interrupted close must not leave a process behind.
      Thread.currentThread().interrupt();
    }
    store.stop();
  }
}
