package io.pigpig.perf;

import io.pigpig.perf.report.Compared;
import io.pigpig.perf.report.Comparison;
import io.pigpig.perf.report.FigureKind;
import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.Median;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.RunRecord.Where;
import io.pigpig.perf.report.plot.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The rounds of two sides that ran in turn, figure by figure. */
final class SpeedComparison {

  private final String subject;
  private final String reference;
  private final List<SpeedRound> subjectRounds = new ArrayList<>();
  private final List<SpeedRound> referenceRounds = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  SpeedComparison(String subject, String reference) {
    this.subject = subject;
    this.reference = reference;
  }

  void add(String side, SpeedRound round) {
    (side.equals(subject) ? subjectRounds : referenceRounds).add(round);
    if (!round.countsAgree()) {
      violations.add(
          side + ": " + round.wrk().accepted() + " accepted, " + round.stored() + " stored");
    }
    if (round.wrk().accepted() == 0) {
      violations.add(side + ": nothing accepted of " + round.wrk().requests() + " requests");
    }
  }

  Findings report(Where where, List<String> auditViolations) {
    violations.addAll(auditViolations);
    Comparison comparison = new Comparison(reference, subject, true, figures(), List.of());
    return new Findings(
        "first-order",
        where,
        List.of(comparison.table()),
        List.of(
            bars("Accepted orders", "orders/s", round -> round.wrk().acceptedPerSecond()),
            bars("Server CPU", "us an order", SpeedRound::serverMicrosPerOrder)),
        violations);
  }

  private List<Compared> figures() {
    return List.of(
        compared("accepted orders", Unit.PER_SECOND, r -> r.wrk().acceptedPerSecond()),
        compared("refused", Unit.COUNT, r -> r.wrk().non2xx()),
        compared("CPU an order", Unit.MICROS, SpeedRound::serverMicrosPerOrder),
        compared("of it JVM", Unit.MICROS, r -> r.perOrder(r.jvmMicros())),
        compared("of it Postgres", Unit.MICROS, r -> r.perOrder(r.postgresMicros())),
        compared("of it Redis", Unit.MICROS, r -> r.perOrder(r.redisMicros())),
        compared("wrk's own CPU an order", Unit.MICROS, r -> r.perOrder(r.wrkMicros())),
        compared("p50", Unit.MICROS, r -> r.wrk().p50Micros()),
        compared("p99", Unit.MICROS, r -> r.wrk().p99Micros()));
  }

  private Compared compared(String name, Unit unit, ToDoubleFunction<SpeedRound> figure) {
    Sense sense = unit == Unit.PER_SECOND ? Sense.AT_LEAST : Sense.AT_MOST;
    return Compared.ofPairs(
        new FigureKind(name.replace(' ', '-').toLowerCase(Locale.ROOT), name, unit, sense),
        referenceRounds.stream().mapToDouble(figure).toArray(),
        subjectRounds.stream().mapToDouble(figure).toArray());
  }

  private Findings.Bars bars(String title, String unit, ToDoubleFunction<SpeedRound> figure) {
    return new Findings.Bars(
        title,
        unit,
        List.of(bar(subject, subjectRounds, figure), bar(reference, referenceRounds, figure)));
  }

  private static Findings.Bar bar(
      String side, List<SpeedRound> rounds, ToDoubleFunction<SpeedRound> figure) {
    return new Findings.Bar(side, Median.of(rounds.stream().mapToDouble(figure).toArray()));
  }
}
