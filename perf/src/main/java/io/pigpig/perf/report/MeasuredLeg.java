package io.pigpig.perf.report;

import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.report.RunRecord.CostInterval;
import io.pigpig.perf.report.RunRecord.CostTotals;
import io.pigpig.perf.report.RunRecord.Leg;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What a leg has of each {@link Measure}; NaN where it has nothing. */
public final class MeasuredLeg {

  private static final double ORDERS_PER_SECOND = 120_000;
  private static final double MICROS = 1e6;

  /** As generators call what places orders. */
  private static final Set<String> ORDER_SHARES = Set.of("order", "order-batch");

  private final Leg leg;

  public MeasuredLeg(Leg leg) {
    this.leg = leg;
  }

  /** What is relative to something else than the leg, such as to capacity, is NaN here. */
  public double of(Measure measure) {
    return switch (measure) {
      case ORDERS -> LegFigure.ordersPerSecond(leg);
      case PEAK -> seconds().mapToDouble(MeasuredLeg::orders).max().orElse(Double.NaN);
      case READS -> seconds().mapToDouble(MeasuredLeg::reads).sum() / scheduled();
      case REFUSALS -> LegFigure.total(leg.load(), Interval::refused) / scheduled();
      case FAILED -> LegFigure.percent(leg, Interval::failed);
      case GAP -> longestGap();
      case P50 -> LegFigure.latency(leg, 50);
      case P99 -> LegFigure.latency(leg, 99);
      case P999 -> LegFigure.latency(leg, 99.9);
      case REFUSED_P99 -> refused(99);
      case LATENESS_P99 -> LegFigure.lateness(leg, 99);
      case CPU -> LegFigure.perOrder(leg, CostTotals::cpuMicros);
      case CORES -> of(Measure.CPU) * ORDERS_PER_SECOND / MICROS;
      case SYSCALLS -> LegFigure.perOrder(leg, CostTotals::syscalls);
      case ALLOCATED -> LegFigure.perOrder(leg, CostTotals::allocatedBytes);
      case WAL -> LegFigure.ofStorePerOrder(leg, CostTotals::walBytes);
      case FSYNCS -> LegFigure.ofStorePerOrder(leg, CostTotals::fsyncs);
      case REDIS_SCRIPTS -> LegFigure.ofStorePerOrder(leg, CostTotals::redisScripts);
      case GC -> stoppedPercent();
      case MEMORY_GROWTH -> memoryGrowth();
      case GOODPUT, ORDERS_RATIO, CPU_RATIO, ORDERS_GAINED, CPU_SAVED, LATENCY_SAVED -> Double.NaN;
    };
  }

  private Stream<Interval> seconds() {
    return leg.load().intervals().stream();
  }

  private double scheduled() {
    long scheduled = seconds().filter(interval -> interval.offered() > 0).count();
    return scheduled == 0 ? Double.NaN : scheduled;
  }

  private static long orders(Interval interval) {
    return ORDER_SHARES.stream()
        .mapToLong(share -> interval.accepted().getOrDefault(share, 0L))
        .sum();
  }

  private static long reads(Interval interval) {
    return LegFigure.sum(interval.accepted()) - orders(interval);
  }

  /** Seconds in which something was offered and no order was accepted. */
  private double longestGap() {
    int longest = 0;
    int current = 0;
    for (Interval interval : leg.load().intervals()) {
      current = orders(interval) == 0 && interval.offered() > 0 ? current + 1 : 0;
      longest = Math.max(longest, current);
    }
    return longest;
  }

  private double refused(double percentile) {
    var latencies = Latencies.of(leg.load().histograms().refused());
    return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile);
  }

  /** Of the JVM that was stopped longest. */
  private double stoppedPercent() {
    Collection<Long> stopped = leg.cost().totals().gcMicros().values();
    double measured = leg.cost().intervals().size() * MICROS;
    return stopped.isEmpty() || measured == 0
        ? Double.NaN
        : 100 * Collections.max(stopped) / measured;
  }

  private double memoryGrowth() {
    List<CostInterval> all = leg.cost().intervals();
    int fifth = all.size() / 5;
    if (fifth == 0) {
      return Double.NaN;
    }
    ToDoubleFunction<List<CostInterval>> mean =
        some ->
            some.stream()
                .map(CostInterval::rssBytes)
                .mapToDouble(Components::ofServers)
                .average()
                .orElse(Double.NaN);
    return mean.applyAsDouble(all.subList(all.size() - fifth, all.size()))
        / mean.applyAsDouble(all.subList(fifth, 2 * fifth));
  }
}
