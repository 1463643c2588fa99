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
  UNDER_WAY("cluster.bus.underway", "Events that are under way to other processes."),
  REFUSALS("cluster.bus.refusals", "Events that were refused for want of a permit."),
  MISSED("cluster.bus.missed", "Events that a process missed because it did not keep up."),
  FAILURES("cluster.bus.failures", "Events that could not be sent to a process.");

  private final String text;
  private final String about;

  ClusterMetric(String text, String about) {
    this.text = text;
    this.about = about;
  }

  /** Registers the bus's. */
  public static void register(MeterRegistry registry, ClusterEvents events) {
    Gauge.builder(UNDER_WAY.text, events, it -> it.underWay())
        .description(UNDER_WAY.about)
        .register(registry);
    REFUSALS.counter(registry, events, ClusterEvents::refusals);
    MISSED.counter(registry, events, ClusterEvents::missed);
    FAILURES.counter(registry, events, ClusterEvents::failures);
  }

  /** Registers the cluster's. */
  public static void register(MeterRegistry registry, BusMembership members, BusCanary canary) {
    Gauge.builder(MEMBERS.text, members, it -> it.nodes().size())
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
