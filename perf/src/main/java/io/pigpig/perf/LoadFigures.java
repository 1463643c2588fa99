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
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
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
  private final List<Standing> sides;
  private final List<RunRecord.Leg> legs = new ArrayList<>();
  private final Map<Cell, List<RunRecord.Leg>> rounds = new HashMap<>();
  private final Map<Promise, Long> broken = new EnumMap<>(Promise.class);
  private final List<String> violations = new ArrayList<>();

  /** What is measured round by round. */
  private record Cell(Leg leg, Standing side) {}

  /**
   * @param capacity NaN where nobody asks for it
   * @param sides those there are, in turn
   */
  LoadFigures(ScenarioFile scenario, double capacity, Collection<Standing> sides) {
    this.scenario = scenario;
    this.capacity = capacity;
    this.sides = List.copyOf(sides);
  }

  /** With several sides and several legs both are named, else what there are several of. */
  String sideName(String side, Leg leg) {
    if (scenario.legs().size() == 1) {
      return side;
    }
    return sides.size() == 1 ? leg.name() : side + ", " + leg.name();
  }

  void add(Standing side, Leg asked, LegRun.Outcome outcome) {
    RunRecord.Leg leg = outcome.leg();
    legs.add(leg);
    rounds.computeIfAbsent(new Cell(asked, side), first -> new ArrayList<>()).add(leg);
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

  /**
   * By the name of what was measured, what it is compared with: the last side on the same leg, or
   * where there is one side, the last leg.
   */
  Map<String, String> references() {
    Map<String, String> references = new HashMap<>();
    for (Leg leg : scenario.legs()) {
      for (Standing side : sides) {
        Cell reference =
            sides.size() > 1
                ? new Cell(leg, sides.getLast())
                : new Cell(scenario.legs().getLast(), side);
        if (!reference.equals(new Cell(leg, side))) {
          references.put(name(new Cell(leg, side)), name(reference));
        }
      }
    }
    return references;
  }

  private String name(Cell cell) {
    return rounds(cell).getFirst().side();
  }

  private List<RunRecord.Leg> rounds(Cell cell) {
    List<RunRecord.Leg> found = rounds.get(cell);
    return found == null ? List.of() : found;
  }

  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    scenario.legs().forEach(leg -> of(leg, figures));
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

  private void of(Leg leg, List<Figure> figures) {
    String prefix = scenario.legs().size() == 1 ? "" : leg.name() + ": ";
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
                    value(measure, leg),
                    measure.unit(),
                    measure.sense(),
                    goal)));
  }

  private double value(Measure measure, Leg leg) {
    List<RunRecord.Leg> measured = rounds(new Cell(leg, Standing.SUBJECT));
    return switch (measure) {
      case GOODPUT -> median(Measure.ORDERS, measured) / capacity;
      case ORDERS_RATIO -> ratio(Measure.ORDERS, measured, reference(leg));
      case CPU_RATIO -> ratio(Measure.CPU, measured, reference(leg));
      case ORDERS_GAINED -> ratio(Measure.ORDERS, measured, switchedBack(leg));
      case CPU_SAVED -> ratio(Measure.CPU, switchedBack(leg), measured);
      case LATENCY_SAVED -> ratio(Measure.P50, switchedBack(leg), measured);
      default -> median(measure, measured);
    };
  }

  /** What the scenario itself compares a leg with, whatever else a command line does. */
  private List<RunRecord.Leg> reference(Leg leg) {
    return scenario.against() == ScenarioFile.Against.BARE_PATH
        ? rounds(new Cell(leg, Standing.BARE_PATH))
        : rounds(new Cell(scenario.legs().getLast(), Standing.SUBJECT));
  }

  private List<RunRecord.Leg> switchedBack(Leg leg) {
    return rounds(new Cell(leg, Standing.SWITCHED_BACK));
  }

  /**
   * Of rounds that ran in turn, as in comparisons: what slows both sides then does not matter. NaN
   * where there is nothing to compare with.
   */
  private static double ratio(
      Measure measure, List<RunRecord.Leg> of, List<RunRecord.Leg> relativeTo) {
    double[] first = each(measure, of);
    double[] last = each(measure, relativeTo);
    double[] ratios = new double[Math.min(first.length, last.length)];
    Arrays.setAll(ratios, round -> first[round] / last[round]);
    return Median.of(ratios);
  }

  private static double median(Measure measure, List<RunRecord.Leg> measured) {
    return Median.of(each(measure, measured));
  }

  private static double[] each(Measure measure, List<RunRecord.Leg> measured) {
    return measured.stream().mapToDouble(leg -> new MeasuredLeg(leg).of(measure)).toArray();
  }
}
