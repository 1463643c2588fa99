package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rounds of one side, in the order they ran. */
record Side(String name, List<Leg> rounds) {

  Side {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException(name + " has no round");
    }
  }

  /** In the order the run began them. */
  static List<Side> of(RunRecord run) {
    Map<String, List<Leg>> rounds = new LinkedHashMap<>();
    for (Leg leg : run.legs()) {
      rounds.computeIfAbsent(leg.side(), first -> new ArrayList<>()).add(leg);
    }
    List<Side> sides = new ArrayList<>();
    rounds.forEach((name, legs) -> sides.add(new Side(name, legs)));
    return sides;
  }

  /** The round in the middle by p99, the better one of two. */
  Leg medianRound() {
    List<Leg> sorted =
        rounds.stream()
            .sorted(Comparator.comparingDouble(leg -> LegFigure.latency(leg, 99)))
            .toList();
    return sorted.get((sorted.size() - 1) / 2);
  }

  double[] values(LegFigure figure) {
    return rounds.stream().mapToDouble(figure.of()).toArray();
  }
}
