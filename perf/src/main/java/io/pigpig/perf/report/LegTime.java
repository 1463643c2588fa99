package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.plot.Axis;
import io.pigpig.perf.report.plot.Plot;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What the plots over a leg's time have in common. */
final class LegTime {

  private LegTime() {}

  /** From the first intended request to the end of the longest leg. */
  static Axis axis(List<Leg> legs) {
    int last = legs.stream().flatMapToInt(LegTime::seconds).max().orElse(0);
    return Axis.seconds(last + 1.0);
  }

  private static IntStream seconds(Leg leg) {
    return IntStream.concat(
        leg.load().intervals().stream().mapToInt(interval -> interval.second()),
        leg.cost().intervals().stream().mapToInt(interval -> interval.second()));
  }

  static String name(Leg leg) {
    return leg.side() + ", round " + leg.round();
  }

  /** In the order of their time. */
  static List<Plot.Mark> marks(Leg leg) {
    return leg.marks().stream()
        .map(mark -> new Plot.Mark(mark.second(), mark.what()))
        .sorted(Comparator.comparingDouble(Plot.Mark::x))
        .toList();
  }
}
