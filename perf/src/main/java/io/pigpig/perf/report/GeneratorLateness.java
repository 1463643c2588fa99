package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.plot.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the generator kept its schedule. Latency counts from the intended time of sending, so a
 * late generator is part of every latency it reports, and the side it loads is not to blame.
 */
final class GeneratorLateness {

  /** From this share of the latency on it is no longer the side's latency that is seen. */
  private static final double SHARE_MAX = 0.1;

  private static final double IGNORED_MICROS = 1_000;

  private GeneratorLateness() {}

  /** A sentence on each side whose latencies are not to be trusted. */
  static List<String> warnings(List<Side> sides) {
    List<String> warnings = new ArrayList<>();
    for (Side side : sides) {
      List<Leg> late = side.rounds().stream().filter(GeneratorLateness::isLate).toList();
      if (!late.isEmpty()) {
        warnings.add(sentence(side, late));
      }
    }
    return warnings;
  }

  private static boolean isLate(Leg leg) {
    double lateness = LegFigure.lateness(leg, 99);
    // Where nothing was accepted there is no latency that it could be a small part of.
    return lateness > IGNORED_MICROS && !(lateness <= SHARE_MAX * LegFigure.latency(leg, 99));
  }

  private static String sentence(Side side, List<Leg> late) {
    Leg worst = late.getFirst();
    for (Leg leg : late) {
      worst = LegFigure.lateness(leg, 99) > LegFigure.lateness(worst, 99) ? leg : worst;
    }
    return ("The generator itself was late in %d of %d rounds of %s: in round %d by %s at p99,"
            + " where the latency's p99 is %s. Do not trust the latencies of this side.")
        .formatted(
            late.size(),
            side.rounds().size(),
            side.name(),
            worst.round(),
            Unit.MICROS.format(LegFigure.lateness(worst, 99)),
            Unit.MICROS.format(LegFigure.latency(worst, 99)));
  }
}
