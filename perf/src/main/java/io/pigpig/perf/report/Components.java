package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.CostInterval;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.plot.Ink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The parts of a stack, always in the same order and ink. */
final class Components {

  /** Loads the stack and is no part of it. */
  static final String GENERATOR = "generator";

  private static final List<String> ORDER =
      List.of("gateway", "order", "stock", "render", "jvm", "postgres", "redis");

  private static final Map<String, Ink> INKS =
      Map.of(
          "gateway",
          Ink.SKY,
          "order",
          Ink.BLUE,
          "stock",
          Ink.PURPLE,
          "render",
          Ink.YELLOW,
          "jvm",
          Ink.BLUE,
          "postgres",
          Ink.ORANGE,
          "redis",
          Ink.VERMILLION,
          GENERATOR,
          Ink.GREY);

  private Components() {}

  /** Known ones first, then others by name, the generator last. */
  static List<String> inOrder(Collection<String> names) {
    Set<String> rest = new TreeSet<>(names);
    List<String> ordered = new ArrayList<>(ORDER);
    ordered.retainAll(rest);
    ordered.forEach(rest::remove);
    boolean generator = rest.remove(GENERATOR);
    ordered.addAll(rest);
    if (generator) {
      ordered.add(GENERATOR);
    }
    return List.copyOf(ordered);
  }

  /** Every component that one of these legs has a value of. */
  static List<String> over(List<Leg> legs, Function<CostInterval, Map<String, Long>> values) {
    Set<String> names = new TreeSet<>();
    for (Leg leg : legs) {
      leg.cost().intervals().forEach(interval -> names.addAll(values.apply(interval).keySet()));
    }
    return inOrder(names);
  }

  static Ink ink(String component) {
    return INKS.getOrDefault(component, Ink.GREEN);
  }

  /** Without the generator; NaN when nothing was measured. */
  static double ofServers(Map<String, Long> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    return values.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(GENERATOR))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
