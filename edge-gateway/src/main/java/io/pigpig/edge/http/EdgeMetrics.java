package io.pigpig.edge.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Records the metrics of {@link EdgeMetric}. Labels are closed sets: the routes of the table, the
 * statuses and the codes of the contract. Looked up once a combination and then kept. Owned by one
 * event loop.
 */
final class EdgeMetrics {

  private static final String UNROUTED = "none";

  /** Statuses of HTTP are below. */
  private static final int STATUSES = 600;

  private final MeterRegistry registry;
  private final IdentityHashMap<Route, @Nullable Timer[]> timers = new IdentityHashMap<>();
  private final @Nullable Timer[] unrouted = new Timer[STATUSES];
  private final Map<String, Counter> refusals = new HashMap<>();
  private final Map<EdgeMetric, Counter> counters = new EnumMap<>(EdgeMetric.class);
  private final AtomicInteger active;

  /**
   * @param active requests under way in the whole process, shared by its loops
   */
  EdgeMetrics(MeterRegistry registry, AtomicInteger active) {
    this.registry = registry;
    this.active = active;
    if (registry.find(EdgeMetric.REQUESTS_ACTIVE.title()).gauge() == null) {
      Gauge.builder(EdgeMetric.REQUESTS_ACTIVE.title(), active, AtomicInteger::get)
          .description(EdgeMetric.REQUESTS_ACTIVE.about())
          .register(registry);
    }
  }

  void began() {
    active.incrementAndGet();
  }

  void ended(@Nullable Route route, int status, long tookNanos) {
    active.decrementAndGet();
    @Nullable Timer[] ofRoute =
        route == null ? unrouted : timers.computeIfAbsent(route, absent -> new Timer[STATUSES]);
    Timer timer = ofRoute[status];
    if (timer == null) {
      timer = timer(route, status);
      ofRoute[status] = timer;
    }
    timer.record(tookNanos, TimeUnit.NANOSECONDS);
  }

  void refused(String code) {
    refusals.computeIfAbsent(code, this::refusal).increment();
  }

  /** Adds one to a metric that only counts. */
  void count(EdgeMetric metric) {
    counters.computeIfAbsent(metric, this::counter).increment();
  }

  private Counter counter(EdgeMetric metric) {
    return Counter.builder(metric.title()).description(metric.about()).register(registry);
  }

  private Timer timer(@Nullable Route route, int status) {
    return Timer.builder(EdgeMetric.REQUESTS.title())
        .description(EdgeMetric.REQUESTS.about())
        .tag("method", route == null ? UNROUTED : route.method().name())
        .tag("route", route == null ? UNROUTED : route.template())
        .tag("status", Integer.toString(status))
        .register(registry);
  }

  private Counter refusal(String code) {
    return Counter.builder(EdgeMetric.REFUSALS.title())
        .description(EdgeMetric.REFUSALS.about())
        .tag("code", code)
        .register(registry);
  }
}
