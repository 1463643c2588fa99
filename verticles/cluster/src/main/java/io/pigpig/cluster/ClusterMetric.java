package io.pigpig.cluster;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What is counted of the cluster and of the bus that it shares. */
public enum ClusterMetric {
  MEMBERS("cluster.members", "Processes of the cluster, this one among them."),
  HEARS("cluster.canary.hears", "1 while the other processes' messages reach this one."),
  RENEWALS("cluster.canary.renewals", "Subscriptions that were made anew."),
  UNDER_WAY("cluster.bus.underway", "Messages that are under way."),
  REFUSALS("cluster.bus.refusals", "Messages that were refused for want of a permit."),
  FAILURES("cluster.bus.failures", "Events that were taken and could not be sent.");

  private final String text;
  private final String about;

  ClusterMetric(String text, String about) {
    this.text = text;
    this.about = about;
  }

  /** Registers the bus's. */
  public static void register(MeterRegistry registry, BusPermits permits) {
    Gauge.builder(UNDER_WAY.text, permits, it -> it.underWay())
        .description(UNDER_WAY.about)
        .register(registry);
    REFUSALS.counter(registry, permits, BusPermits::refusals);
    FAILURES.counter(registry, permits, BusPermits::failures);
  }

  /** Registers the cluster's. */
  public static void register(MeterRegistry registry, ClusterView view, BusCanary canary) {
    Gauge.builder(MEMBERS.text, view, it -> it.nodes().size())
        .description(MEMBERS.about)
        .register(registry);
    Gauge.builder(HEARS.text, canary, it -> it.hears() ? 1 : 0)
        .description(HEARS.about)
        .register(registry);
    RENEWALS.counter(registry, canary, BusCanary::renewals);
  }

  private <T> void counter(MeterRegistry registry, T of, ToDoubleFunction<T> count) {
    FunctionCounter.builder(text, of, count).description(about).register(registry);
  }
}
