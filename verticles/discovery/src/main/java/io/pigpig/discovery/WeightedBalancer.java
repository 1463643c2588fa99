package io.pigpig.discovery;

import io.pigpig.runtime.Ticker;
import io.vertx.core.net.endpoint.InteractionMetrics;
import io.vertx.core.net.endpoint.LoadBalancer;
import io.vertx.core.net.endpoint.ServerEndpoint;
import io.vertx.core.net.endpoint.ServerSelector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Chooses by weight among the instances that answer. After a row of failures, or at once if it was
 * silent (a {@link TimeoutException}), an instance is left out for a while, longer each time it
 * fails again; a single answer clears it. When more than half would be left out the failures are
 * taken to be the caller's own, and all are chosen from. After Envoy's outlier detection and panic
 * threshold. Safe from any thread.
 *
 * <p>A failure is what the transport reports: no connection, a reset, a cut answer. An answer that
 * says no is an answer.
 */
public final class WeightedBalancer implements LoadBalancer {

  private static final int FAILURES_IN_A_ROW = 5;
  private static final Duration LEFT_OUT = Duration.ofSeconds(5);
  private static final int LONGER_MAX = 6;

  private final Ticker ticker;

  public WeightedBalancer(Ticker ticker) {
    this.ticker = ticker;
  }

  @Override
  public InteractionMetrics<?> newMetrics() {
    return new Health(ticker);
  }

  @Override
  public ServerSelector selector(List<? extends ServerEndpoint> servers) {
    return () -> select(servers);
  }

  private int select(List<? extends ServerEndpoint> servers) {
    long now = ticker.nanos();
    int out = 0;
    for (ServerEndpoint server : servers) {
      out += health(server).isLeftOut(now) ? 1 : 0;
    }
    boolean all = out * 2 > servers.size();
    int total = 0;
    for (ServerEndpoint server : servers) {
      total += all || !health(server).isLeftOut(now) ? weight(server) : 0;
    }
    return total == 0 ? evenly(servers.size()) : weighted(servers, total, all, now);
  }

  /** All weights are 0, or nobody is there. */
  private static int evenly(int count) {
    return count == 0 ? -1 : ThreadLocalRandom.current().nextInt(count);
  }

  private static int weighted(
      List<? extends ServerEndpoint> servers, int total, boolean all, long now) {
    int left = ThreadLocalRandom.current().nextInt(total);
    int last = -1;
    for (int i = 0; i < servers.size(); i++) {
      ServerEndpoint server = servers.get(i);
      int weight = all || !health(server).isLeftOut(now) ? weight(server) : 0;
      left -= weight;
      last = weight > 0 ? i : last;
      if (left < 0) {
        return i;
      }
    }
    // Another thread left one out since the weights were added up.
    return last < 0 ? evenly(servers.size()) : last;
  }

  private static int weight(ServerEndpoint server) {
    return ((Instance) server.unwrap()).weight();
  }

  private static Health health(ServerEndpoint server) {
    return (Health) server.metrics();
  }

  /** How an instance has answered of late. */
  private static final class Health implements InteractionMetrics<Health.Request> {

    /** One request; both ends of it may be reported, and only the first counts. */
    static final class Request {
      private boolean over;
    }

    private final Ticker ticker;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger timesOut = new AtomicInteger();
    private final AtomicLong outUntilNanos;

    Health(Ticker ticker) {
      this.ticker = ticker;
      this.outUntilNanos = new AtomicLong(ticker.nanos());
    }

    boolean isLeftOut(long nowNanos) {
      return outUntilNanos.get() - nowNanos > 0;
    }

    @Override
    public Request initiateRequest() {
      return new Request();
    }

    @Override
    public void reportFailure(Request request, Throwable failure) {
      long now = ticker.nanos();
      // What fails while it is left out was begun before, and says nothing new.
      if (!request.over && !isLeftOut(now)) {
        request.over = true;
        if (failure instanceof TimeoutException
            || failures.incrementAndGet() >= FAILURES_IN_A_ROW) {
          failures.set(0);
          int times = Math.min(timesOut.incrementAndGet(), LONGER_MAX);
          outUntilNanos.set(now + LEFT_OUT.toNanos() * times);
        }
      }
    }

    @Override
    public void reportResponseBegin(Request request) {
      request.over = true;
      failures.set(0);
      timesOut.set(0);
    }
  }
}
