package io.pigpig.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The rounds of two sides, their medians, and the ratio of the first to the second. */
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

  Report report(Machine machine, List<String> auditViolations) {
    violations.addAll(auditViolations);
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(subject, subjectRounds));
    rows.add(row(reference, referenceRounds));
    double speed = rate(subjectRounds) / rate(referenceRounds);
    double cpu = serverMicros(subjectRounds) / serverMicros(referenceRounds);
    Report.Table medians =
        new Report.Table(
            "Medians of " + subjectRounds.size() + " rounds",
            List.of(
                "side",
                "orders/s",
                "refused",
                "us/order",
                "JVM",
                "Postgres",
                "Redis",
                "wrk",
                "p50 ms",
                "p99 ms"),
            rows);
    Report.Table ratios =
        new Report.Table(
            subject + " to " + reference,
            List.of("orders/s", "CPU an order"),
            List.of(List.of(number(speed, 2), number(cpu, 2))));
    return new Report(
        "first-order",
        machine,
        List.of(medians, ratios),
        List.of(
            bars("Accepted orders", "orders/s", SpeedComparison::rate),
            bars("Server CPU", "us an order", SpeedComparison::serverMicros)),
        violations);
  }

  private Report.Bars bars(String title, String unit, ToDoubleFunction<List<SpeedRound>> figure) {
    return new Report.Bars(
        title,
        unit,
        List.of(
            new Report.Bar(subject, figure.applyAsDouble(subjectRounds)),
            new Report.Bar(reference, figure.applyAsDouble(referenceRounds))));
  }

  private static List<String> row(String side, List<SpeedRound> rounds) {
    return List.of(
        side,
        number(rate(rounds), 0),
        number(rounds.stream().mapToDouble(r -> r.wrk().non2xx()).sum(), 0),
        number(serverMicros(rounds), 1),
        number(median(rounds, r -> r.perOrder(r.jvmMicros())), 1),
        number(median(rounds, r -> r.perOrder(r.postgresMicros())), 1),
        number(median(rounds, r -> r.perOrder(r.redisMicros())), 1),
        number(median(rounds, r -> r.perOrder(r.wrkMicros())), 1),
        number(median(rounds, r -> r.wrk().p50Micros() / 1e3), 2),
        number(median(rounds, r -> r.wrk().p99Micros() / 1e3), 2));
  }

  private static double rate(List<SpeedRound> rounds) {
    return median(rounds, r -> r.wrk().acceptedPerSecond());
  }

  private static double serverMicros(List<SpeedRound> rounds) {
    return median(rounds, SpeedRound::serverMicrosPerOrder);
  }

  private static double median(List<SpeedRound> rounds, ToDoubleFunction<SpeedRound> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
