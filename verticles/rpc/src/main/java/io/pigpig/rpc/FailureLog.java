package io.pigpig.rpc;

import io.pigpig.runtime.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why calls of a service fail, seldom enough to be read: once a second, and how many it has
 * not told of. A caller hears only what the failure means. Owned by one event loop.
 */
public final class FailureLog {

  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final String service;
  private final Ticker ticker;
  private long nextNanos;
  private long untold;

  /**
   * @param service that is asked
   */
  public FailureLog(String service, Ticker ticker) {
    this.service = service;
    this.ticker = ticker;
    this.nextNanos = ticker.nanos();
  }

  /** Tells that a call did not get its answer, and why. */
  public void failed(String path, Throwable cause) {
    long now = ticker.nanos();
    if (now - nextNanos < 0) {
      untold++;
      return;
    }
    nextNanos = now + EVERY_NANOS;
    log.warn(
        "{} of the service {} failed: {} ({} more before it)",
        path,
        service,
        String.valueOf(cause),
        untold);
    untold = 0;
  }
}
