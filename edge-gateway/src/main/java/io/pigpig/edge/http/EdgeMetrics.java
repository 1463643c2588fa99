package io.pigpig.edge.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The edge's metrics. Labels are closed sets: the routes of the table, the statuses and the codes
 * of the contract. Looked up once a combination and then kept. Owned by one event loop.
 */
final class EdgeMetrics {

  private static final String UNROUTED = "none";

  private final MeterRegistry registry;
  private final Map<Route, Map<Integer, Timer>> timers = new HashMap<>();
  private final Map<Integer, Timer> unrouted = new HashMap<>();
  private final Map<String, Counter> refusals = new HashMap<>();
  private final AtomicInteger active;
  private final Counter gone;
  private final Counter streamsReadFailed;

  /**
   * @param active requests under way in the whole process, shared by its loops
   */
  EdgeMetrics(MeterRegistry registry, AtomicInteger active) {
    this.registry = registry;
    this.active = active;
    this.gone =
        Counter.builder("http.server.clients.gone")
            .description("Answers that a client did not wait for.")
            .register(registry);
    this.streamsReadFailed =
        Counter.builder("http.server.streams.reads.failed")
            .description("Looks for news of event streams that failed; the next look catches up.")
            .register(registry);
  }

  void began() {
    active.incrementAndGet();
  }

  void ended(@Nullable Route route, int status, long tookNanos) {
    active.decrementAndGet();
    Map<Integer, Timer> ofRoute =
        route == null ? unrouted : timers.computeIfAbsent(route, absent -> new HashMap<>());
    ofRoute
        .computeIfAbsent(status, absent -> timer(route, status))
        .record(tookNanos, TimeUnit.NANOSECONDS);
  }

  void refused(String code) {
    refusals.computeIfAbsent(code, this::refusal).increment();
  }

  void gone() {
    gone.increment();
  }

  void streamsReadFailed() {
    streamsReadFailed.increment();
  }

  private Timer timer(@Nullable Route route, int status) {
    return Timer.builder("http.server.requests")
        .description("Requests by route and status, from the complete head to the answer's end.")
        .tag("method", route == null ? UNROUTED : route.method().name())
        .tag("route", route == null ? UNROUTED : route.template())
        .tag("status", Integer.toString(status))
        .register(registry);
  }

  private Counter refusal(String code) {
    return Counter.builder("http.server.refusals")
        .description("Refusals by their stable code.")
        .tag("code", code)
        .register(registry);
  }
}
