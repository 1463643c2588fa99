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

  private static final String BEGUN = "grpc.server.calls.begun";
  private static final String CALLS = "grpc.server.calls";

  private final MeterRegistry registry;
  private final Map<String, Counter> begun = new HashMap<>();
  private final Map<String, Map<GrpcStatus, Timer>> ended = new HashMap<>();

  GrpcMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void began(String path) {
    begun.computeIfAbsent(path, this::counter).increment();
  }

  /** How a call ended; one whose caller has gone is CANCELLED. */
  void ended(String path, GrpcStatus status, long tookNanos) {
    ended
        .computeIfAbsent(path, absent -> new EnumMap<>(GrpcStatus.class))
        .computeIfAbsent(status, absent -> timer(path, status))
        .record(tookNanos, TimeUnit.NANOSECONDS);
  }

  private Counter counter(String path) {
    return Counter.builder(BEGUN)
        .description("gRPC calls that came, by rpc; less the ended ones, those under way.")
        .tag("rpc", path)
        .register(registry);
  }

  private Timer timer(String path, GrpcStatus status) {
    return Timer.builder(CALLS)
        .description("gRPC calls by rpc and status, from the head to the end.")
        .tag("rpc", path)
        .tag("status", status.name())
        .register(registry);
  }
}
