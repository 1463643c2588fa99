package io.pigpig.render;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/**
 * What rendering counts: {@code shirt.render.duration.ms} by template (parse, draw and encode, no
 * waiting), {@code shirt.render.cache} by outcome, {@code shirt.render.refused}. Labels are closed;
 * safe from any thread.
 */
final class RenderMetrics {

  private static final double[] BUCKETS_MS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

  private final Map<Template, DistributionSummary> durations = new EnumMap<>(Template.class);
  private final Counter hits;
  private final Counter misses;
  private final Counter refused;

  RenderMetrics(MeterRegistry registry) {
    for (Template template : Template.values()) {
      durations.put(
          template,
          DistributionSummary.builder("shirt.render.duration.ms")
              .description("Milliseconds to read, draw and encode one preview.")
              .tag("template", template.id())
              .serviceLevelObjectives(BUCKETS_MS)
              .register(registry));
    }
    hits = cache(registry, "hit");
    misses = cache(registry, "miss");
    refused =
        Counter.builder("shirt.render.refused")
            .description("Renders refused: queue full, deadline passed or draining.")
            .register(registry);
  }

  void rendered(Template template, long nanos) {
    DistributionSummary duration = durations.get(template);
    if (duration != null) {
      duration.record(nanos / 1e6);
    }
  }

  void hit() {
    hits.increment();
  }

  void miss() {
    misses.increment();
  }

  void refused() {
    refused.increment();
  }

  private static Counter cache(MeterRegistry registry, String outcome) {
    return Counter.builder("shirt.render.cache")
        .description("Previews asked for, by whether the cache had them.")
        .tag("outcome", outcome)
        .register(registry);
  }
}
