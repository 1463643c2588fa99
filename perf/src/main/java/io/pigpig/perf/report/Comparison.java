package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecord.Where;
import io.pigpig.perf.report.plot.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Two sides, figure by figure.
 *
 * @param reference what is compared with
 * @param subject what is judged
 * @param pairs whether the nth round of one ran beside the nth of the other
 * @param notes what a reader must know before he believes it
 */
public record Comparison(
    String reference, String subject, boolean pairs, List<Compared> figures, List<String> notes) {

  /**
   * A side within the run that it belongs to.
   *
   * @param label tells it from the other one
   */
  public record Sample(RunRecord run, String side, String label) {

    private Side rounds() {
      return Side.of(run).stream()
          .filter(other -> other.name().equals(side))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(unknown()));
    }

    private String unknown() {
      List<String> names = Side.of(run).stream().map(Side::name).toList();
      return run.scenario() + " has no side " + side + ", only " + names;
    }
  }

  public Comparison {
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  /**
   * Pairs the rounds when both sides ran in turn within one run. Throws IllegalArgumentException
   * when a run has no such side.
   */
  public static Comparison of(Sample reference, Sample subject) {
    Side a = reference.rounds();
    Side b = subject.rounds();
    boolean pairs = reference.run().equals(subject.run()) && inTurn(reference.run(), a, b);
    List<Compared> figures = new ArrayList<>();
    for (LegFigure figure : figures(a, b)) {
      double[] ofA = a.values(figure);
      double[] ofB = b.values(figure);
      if (anyNumber(ofA) || anyNumber(ofB)) {
        figures.add(
            pairs
                ? Compared.ofPairs(figure.kind(), ofA, ofB)
                : Compared.ofRounds(figure.kind(), ofA, ofB));
      }
    }
    return new Comparison(
        reference.label(),
        subject.label(),
        pairs,
        figures,
        notes(reference.run(), subject.run(), pairs, figures));
  }

  private static List<LegFigure> figures(Side a, Side b) {
    return Stream.of(LegFigure.service(), LegFigure.cost(List.of(a, b)), LegFigure.generator())
        .flatMap(List::stream)
        .toList();
  }

  private static boolean anyNumber(double[] values) {
    return Arrays.stream(values).anyMatch(Double::isFinite);
  }

  /** Whether every two legs that follow each other are one of each. */
  private static boolean inTurn(RunRecord run, Side a, Side b) {
    List<String> sides =
        run.legs().stream()
            .map(Leg::side)
            .filter(side -> side.equals(a.name()) || side.equals(b.name()))
            .toList();
    Set<String> pair = new HashSet<>();
    for (int i = 0; i < sides.size(); i += 2) {
      pair.clear();
      pair.addAll(sides.subList(i, Math.min(i + 2, sides.size())));
      if (pair.size() != 2) {
        return false;
      }
    }
    return true;
  }

  private static List<String> notes(
      RunRecord reference, RunRecord subject, boolean pairs, List<Compared> figures) {
    List<String> notes = new ArrayList<>();
    if (!pairs) {
      notes.add(
          "The rounds of the two sides did not run in turn: that the machine was slower or faster"
              + " meanwhile is not in the intervals.");
    }
    if (!sameMachine(reference.where(), subject.where())) {
      notes.add("The two runs are from different machines, kernels or JDKs.");
    }
    if (figures.stream().anyMatch(f -> f.verdict() == Compared.Verdict.TOO_FEW_ROUNDS)) {
      notes.add(
          "Nothing is decided with fewer than "
              + Bootstrap.ROUNDS_MIN
              + " rounds a side: their scatter could be all there is.");
    }
    return notes;
  }

  private static boolean sameMachine(Where a, Where b) {
    return a.cpuModel().equals(b.cpuModel())
        && a.cores() == b.cores()
        && a.kernel().equals(b.kernel())
        && a.jdk().equals(b.jdk());
  }

  public Optional<Compared> figure(String key) {
    return figures.stream().filter(figure -> figure.kind().key().equals(key)).findFirst();
  }

  /** For the terminal. */
  public Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (Compared figure : figures) {
      rows.add(
          List.of(
              figure.kind().name(),
              figure.kind().unit().format(figure.referenceMedian()),
              figure.kind().unit().format(figure.subjectMedian()),
              ratio(figure),
              interval(figure),
              figure.verdict().toString()));
    }
    return new Table(
        subject + " to " + reference + ", medians",
        List.of(
            "figure",
            reference,
            subject,
            pairs ? "ratio in pairs" : "ratio",
            "95 % of it",
            "verdict"),
        rows);
  }

  static String ratio(Compared figure) {
    return Unit.number(figure.ratio());
  }

  static String interval(Compared figure) {
    return Double.isNaN(figure.low())
        ? "-"
        : Unit.number(figure.low()) + " to " + Unit.number(figure.high());
  }
}
