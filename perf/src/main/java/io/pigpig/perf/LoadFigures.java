package io.pigpig.perf;

import io.pigpig.perf.history.Promise;
import io.pigpig.perf.report.Measure;
import io.pigpig.perf.report.MeasuredLeg;
import io.pigpig.perf.report.Median;
import io.pigpig.perf.report.RunRecord;
import io.pigpig.perf.report.RunRecord.Figure;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.scenario.Goal;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.ScenarioFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the legs of a run, and what is said of all of them together. Owned by one thread. */
final class LoadFigures {

  /** Of every leg, whether it has a goal for them or not. */
  private static final List<Measure> ALWAYS =
      List.of(Measure.ORDERS, Measure.REFUSALS, Measure.P99, Measure.CPU, Measure.CORES);

  private final ScenarioFile scenario;
  private final double capacity;
  private final int sides;
  private final List<RunRecord.Leg> legs = new ArrayList<>();
  private final Map<String, List<RunRecord.Leg>> rounds = new LinkedHashMap<>();
  private final Map<Promise, Long> broken = new EnumMap<>(Promise.class);
  private final List<String> violations = new ArrayList<>();

  /**
   * @param sides how many there are
   */
  LoadFigures(ScenarioFile scenario, double capacity, int sides) {
    this.scenario = scenario;
    this.capacity = capacity;
    this.sides = sides;
  }

  /** With several sides and several legs both are named, else what there are several of. */
  String sideName(String side, Leg leg) {
    if (scenario.legs().size() == 1) {
      return side;
    }
    return sides == 1 ? leg.name() : side + ", " + leg.name();
  }

  void add(Leg asked, LegRun.Outcome outcome) {
    RunRecord.Leg leg = outcome.leg();
    legs.add(leg);
    rounds.computeIfAbsent(leg.side(), first -> new ArrayList<>()).add(leg);
    outcome.judged().broken().forEach((promise, times) -> broken.merge(promise, times, Long::sum));
    String where = leg.side() + ", round " + leg.round() + ": ";
    outcome.judged().violations().forEach(violation -> violations.add(where + violation));
    outcome.tooLate().forEach(fault -> violations.add(where + fault));
    if (asked.placesOrders() && outcome.judged().orders() == 0) {
      violations.add(where + "no order was placed");
    }
  }

  List<RunRecord.Leg> legs() {
    return legs;
  }

  List<String> violations() {
    return violations;
  }

  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    List<String> names = new ArrayList<>(rounds.keySet());
    for (int i = 0; i < scenario.legs().size(); i++) {
      Leg leg = scenario.legs().get(i);
      // Sides alternate within a leg; the first of them is the one that goals are for.
      List<RunRecord.Leg> measured = rounds.getOrDefault(names.get(i * sides), List.of());
      String prefix = scenario.legs().size() == 1 ? "" : leg.name() + ": ";
      of(leg, measured, prefix, figures);
    }
    if (scenario.saturation().measure().isPositive()) {
      figures.add(
          new Figure("capacity", capacity, Measure.ORDERS.unit(), Sense.AT_LEAST, Double.NaN));
    }
    broken.forEach(
        (promise, times) ->
            figures.add(
                new Figure(promise.name().toLowerCase(Locale.ROOT), times, "", Sense.AT_MOST, 0)));
    return figures;
  }

  private void of(Leg leg, List<RunRecord.Leg> measured, String prefix, List<Figure> figures) {
    Map<Measure, Double> goals = new EnumMap<>(Measure.class);
    ALWAYS.forEach(measure -> goals.put(measure, Double.NaN));
    for (Goal goal : leg.goals()) {
      goals.put(goal.figure(), goal.value());
    }
    goals.forEach(
        (measure, goal) ->
            figures.add(
                new Figure(
                    prefix + measure.text(),
                    value(measure, measured),
                    measure.unit(),
                    measure.sense(),
                    goal)));
  }

  private double value(Measure measure, List<RunRecord.Leg> measured) {
    return switch (measure) {
      case GOODPUT -> median(Measure.ORDERS, measured) / capacity;
      case ORDERS_RATIO -> ratio(Measure.ORDERS);
      case CPU_RATIO -> ratio(Measure.CPU);
      case ORDERS_GAINED -> 1 / switchedBack(Measure.ORDERS);
      case CPU_SAVED -> switchedBack(Measure.CPU);
      case LATENCY_SAVED -> switchedBack(Measure.P50);
      default -> median(measure, measured);
    };
  }

  private double ratio(Measure measure) {
    List<List<RunRecord.Leg>> all = List.copyOf(rounds.values());
    return all.size() < 2 ? Double.NaN : ratio(measure, all.getFirst(), all.getLast());
  }

  /** Of rounds that ran in turn, as in comparisons: what slows both sides then does not matter. */
  private static double ratio(
      Measure measure, List<RunRecord.Leg> of, List<RunRecord.Leg> relativeTo) {
    double[] first = each(measure, of);
    double[] last = each(measure, relativeTo);
    double[] ratios = new double[first.length];
    Arrays.setAll(ratios, round -> first[round] / last[round]);
    return Median.of(ratios);
  }

  /** Of the side that is switched back, relative to the first. */
  private double switchedBack(Measure measure) {
    List<List<RunRecord.Leg>> all = List.copyOf(rounds.values());
    return scenario.switchedBack().isEmpty() || all.size() < 2
        ? Double.NaN
        : ratio(measure, all.get(1), all.getFirst());
  }

  private static double median(Measure measure, List<RunRecord.Leg> measured) {
    return Median.of(each(measure, measured));
  }

  private static double[] each(Measure measure, List<RunRecord.Leg> measured) {
    return measured.stream().mapToDouble(leg -> new MeasuredLeg(leg).of(measure)).toArray();
  }
}
