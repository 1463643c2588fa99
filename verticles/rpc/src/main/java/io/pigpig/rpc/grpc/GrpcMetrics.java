package io.pigpig.rpc.grpc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.grpc.common.GrpcStatus;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times the calls of the rpcs that are served. Labels are closed sets: the rpcs of our
 * contracts and the statuses of gRPC; a call of anything else is answered by the library and not
 * counted. Owned by one event loop.
 */
final class GrpcMetrics {

  private final MeterRegistry registry;
  private final Map<String, Counter> begun = new HashMap<>();
  private final Map<String, Map<GrpcStatus, Timer>> ended = new HashMap<>();

  GrpcMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void began(String path) {
    begun.computeIfAbsent(path, this::begunCounter).increment();
  }

  /** How a call ended; one whose caller has gone is CANCELLED. */
  void ended(String path, GrpcStatus status, long tookNanos) {
    ended
        .computeIfAbsent(path, absent -> new EnumMap<>(GrpcStatus.class))
        .computeIfAbsent(status, absent -> timer(path, status))
        .record(tookNanos, TimeUnit.NANOSECONDS);
  }

  /** Counts one of a metric without labels. */
  void count(GrpcMetric metric) {
    Counter.builder(metric.title()).description(metric.about()).register(registry).increment();
  }

  private Counter begunCounter(String path) {
    return Counter.builder(GrpcMetric.CALLS_BEGUN.title())
        .description(GrpcMetric.CALLS_BEGUN.about())
        .tag("rpc", path)
        .register(registry);
  }

  private Timer timer(String path, GrpcStatus status) {
    return Timer.builder(GrpcMetric.CALLS.title())
        .description(GrpcMetric.CALLS.about())
        .tag("rpc", path)
        .tag("status", status.name())
        .register(registry);
  }
}
