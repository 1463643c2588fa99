package io.pigpig.perf.report;

import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.report.RunRecord.CostTotals;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.plot.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A figure that every leg has.
 *
 * @param of NaN where it was not measured
 */
record LegFigure(FigureKind kind, ToDoubleFunction<Leg> of) {

  /** What clients see of a side. */
  static List<LegFigure> service() {
    return List.of(
        more("orders", "durable orders", LegFigure::ordersPerSecond),
        more("accepted", "accepted requests", leg -> accepted(leg) / seconds(leg)),
        latency("p50", "latency p50", 50),
        latency("p99", "latency p99", 99),
        latency("p99.9", "latency p99.9", 99.9),
        latency("max", "latency max", 100),
        less("refused", "refused", Unit.PERCENT, leg -> percent(leg, Interval::refused)),
        less("failed", "failed", Unit.PERCENT, leg -> percent(leg, Interval::failed)));
  }

  /** What a side uses, an order; the generator is no part of it. */
  static List<LegFigure> cost(List<Side> sides) {
    List<LegFigure> figures = new ArrayList<>();
    figures.add(ofAll("cpu", "CPU of all servers", Unit.MICROS, CostTotals::cpuMicros));
    components(sides).forEach(name -> figures.add(cpu(name)));
    figures.addAll(
        List.of(
            ofAll("gc", "stopped by GC", Unit.MICROS, CostTotals::gcMicros),
            ofAll("allocated", "allocated", Unit.BYTES, CostTotals::allocatedBytes),
            ofAll("syscalls", "system calls", Unit.COUNT, CostTotals::syscalls),
            ofStore("commits", "commits", Unit.COUNT, CostTotals::commits),
            ofStore("fsyncs", "fsyncs of the log", Unit.COUNT, CostTotals::fsyncs),
            ofStore("wal", "written to the log", Unit.BYTES, CostTotals::walBytes),
            ofStore("redis", "scripts of Redis", Unit.COUNT, CostTotals::redisScripts),
            less("rss", "memory at most, in all", Unit.BYTES, LegFigure::mostResident)));
    return List.copyOf(figures);
  }

  /** Of the generator, which is no part of any side. */
  static List<LegFigure> generator() {
    return List.of(
        less("late.p50", "late p50", Unit.MICROS, leg -> lateness(leg, 50)),
        less("late.p99", "late p99", Unit.MICROS, leg -> lateness(leg, 99)),
        less("late.max", "late max", Unit.MICROS, leg -> lateness(leg, 100)),
        cpu(Components.GENERATOR));
  }

  static double ordersPerSecond(Leg leg) {
    return leg.cost().orders() / seconds(leg);
  }

  static double lateness(Leg leg, double percentile) {
    return Latencies.of(leg.load().histograms().lateness()).getValueAtPercentile(percentile);
  }

  /** NaN where nothing was accepted. */
  static double latency(Leg leg, double percentile) {
    return accepted(leg) == 0
        ? Double.NaN
        : Latencies.of(leg.load().histograms().accepted()).getValueAtPercentile(percentile);
  }

  static long total(LoadResult load, Function<Interval, Map<String, Long>> counts) {
    return load.intervals().stream().mapToLong(interval -> sum(counts.apply(interval))).sum();
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static LegFigure more(String key, String name, ToDoubleFunction<Leg> of) {
    return new LegFigure(new FigureKind(key, name, Unit.PER_SECOND, Sense.AT_LEAST), of);
  }

  private static LegFigure less(String key, String name, Unit unit, ToDoubleFunction<Leg> of) {
    return new LegFigure(new FigureKind(key, name, unit, Sense.AT_MOST), of);
  }

  private static LegFigure cpu(String component) {
    return less(
        "cpu." + component,
        "CPU of " + component,
        Unit.MICROS,
        leg -> leg.cost().totals().cpuMicros().getOrDefault(component, 0L) / orders(leg));
  }

  private static LegFigure latency(String key, String name, double percentile) {
    return less(key, name, Unit.MICROS, leg -> latency(leg, percentile));
  }

  private static LegFigure ofStore(
      String key, String name, Unit unit, ToDoubleFunction<CostTotals> of) {
    return less(key, name, unit, leg -> ofStorePerOrder(leg, of));
  }

  private static LegFigure ofAll(
      String key, String name, Unit unit, Function<CostTotals, Map<String, Long>> of) {
    return less(key, name, unit, leg -> perOrder(leg, of));
  }

  static double ofStorePerOrder(Leg leg, ToDoubleFunction<CostTotals> of) {
    return of.applyAsDouble(leg.cost().totals()) / orders(leg);
  }

  /** Of all servers together. */
  static double perOrder(Leg leg, Function<CostTotals, Map<String, Long>> of) {
    return Components.ofServers(of.apply(leg.cost().totals())) / orders(leg);
  }

  /** NaN for none: then there is nothing an order. */
  private static double orders(Leg leg) {
    return leg.cost().orders() == 0 ? Double.NaN : leg.cost().orders();
  }

  /** Those with a schedule; answers may come for some seconds more. */
  private static double seconds(Leg leg) {
    List<Interval> all = leg.load().intervals();
    long scheduled = all.stream().filter(interval -> interval.offered() > 0).count();
    return scheduled > 0 ? scheduled : all.size();
  }

  private static long accepted(Leg leg) {
    return total(leg.load(), Interval::accepted);
  }

  static double percent(Leg leg, Function<Interval, Map<String, Long>> counts) {
    long ended =
        accepted(leg) + total(leg.load(), Interval::refused) + total(leg.load(), Interval::failed);
    return 100.0 * total(leg.load(), counts) / ended;
  }

  private static double mostResident(Leg leg) {
    return leg.cost().intervals().stream()
        .mapToDouble(interval -> Components.ofServers(interval.rssBytes()))
        .max()
        .orElse(Double.NaN);
  }

  private static List<String> components(List<Side> sides) {
    Set<String> names = new TreeSet<>();
    for (Side side : sides) {
      side.rounds().forEach(leg -> names.addAll(leg.cost().totals().cpuMicros().keySet()));
    }
    names.remove(Components.GENERATOR);
    return Components.inOrder(names);
  }
}
