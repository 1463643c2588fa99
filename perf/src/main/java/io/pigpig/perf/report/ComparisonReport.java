package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.RunRecord.Where;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A comparison as a report.
 *
 * @param gates keys of the figures that must not be worse
 */
public record ComparisonReport(
    Comparison comparison, Where reference, Where subject, List<String> gates) implements Report {

  /** Throws IllegalArgumentException when a gate is no figure of this comparison. */
  public ComparisonReport {
    gates = List.copyOf(gates);
    List<String> keys = comparison.figures().stream().map(figure -> figure.kind().key()).toList();
    for (String gate : gates) {
      if (!keys.contains(gate)) {
        throw new IllegalArgumentException("no figure " + gate + " to gate; there are " + keys);
      }
    }
  }

  @Override
  public String name() {
    return "compare";
  }

  /** Only what is worse beyond noise; what cannot be decided stops nobody, and is noted. */
  @Override
  public List<String> violations() {
    return gated()
        .filter(figure -> figure.verdict() == Compared.Verdict.WORSE)
        .map(ComparisonReport::sentence)
        .toList();
  }

  private Stream<Compared> gated() {
    return comparison.figures().stream().filter(figure -> gates.contains(figure.kind().key()));
  }

  private static String sentence(Compared figure) {
    return "%s is worse: %s, was %s; ratio %s, 95 %% of it %s"
        .formatted(
            figure.kind().name(),
            figure.kind().unit().format(figure.subjectMedian()),
            figure.kind().unit().format(figure.referenceMedian()),
            Comparison.ratio(figure),
            Comparison.interval(figure));
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>(comparison.notes());
    gated()
        .filter(figure -> figure.verdict().isOpen())
        .map(
            figure -> figure.kind().name() + " is gated and not decided: " + figure.verdict() + ".")
        .forEach(notes::add);
    return List.copyOf(notes);
  }

  @Override
  public List<Table> tables() {
    return List.of(comparison.table());
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .put("reference", comparison.reference())
        .put("referenceWhere", RunRecordJson.write(reference))
        .put("subject", comparison.subject())
        .put("subjectWhere", RunRecordJson.write(subject))
        .put("pairs", comparison.pairs())
        .put("gates", new JsonArray(gates))
        .put("ok", ok())
        .put("violations", new JsonArray(violations()))
        .put("notes", new JsonArray(notes()))
        .put("figures", RunRecordJson.array(comparison.figures(), ComparisonReport::write));
  }

  private static JsonObject write(Compared figure) {
    return new JsonObject()
        .put("key", figure.kind().key())
        .put("name", figure.kind().name())
        .put("unit", figure.kind().unit().name())
        .put("moreIsBetter", figure.kind().sense() == Sense.AT_LEAST)
        .put("referenceMedian", RunRecordJson.numberOrNull(figure.referenceMedian()))
        .put("subjectMedian", RunRecordJson.numberOrNull(figure.subjectMedian()))
        .put("ratio", RunRecordJson.numberOrNull(figure.ratio()))
        .put("low", RunRecordJson.numberOrNull(figure.low()))
        .put("high", RunRecordJson.numberOrNull(figure.high()))
        .put("verdict", figure.verdict().name())
        .put("reference", numbers(figure.reference()))
        .put("subject", numbers(figure.subject()));
  }

  private static JsonArray numbers(List<Double> values) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(RunRecordJson.numberOrNull(value)));
    return array;
  }

  @Override
  public String html() {
    HtmlPage page = new HtmlPage("Comparison");
    page.heading(comparison.subject() + " against " + comparison.reference(), "");
    verdict(page);
    notes().forEach(note -> page.banner("warn", note, ""));
    page.section("Ratios", RatioPlot.HOW_TO_READ);
    RatioPlot.draw(page.markup(), comparison);
    page.section("Figures", "Medians of all rounds. CPU and what follows it is an order's.");
    page.table(comparison.table());
    page.section("Where the reference ran: " + comparison.reference(), "");
    page.where(reference);
    page.section("Where the subject ran: " + comparison.subject(), "");
    page.where(subject);
    return page.finish();
  }

  private void verdict(HtmlPage page) {
    if (gates.isEmpty()) {
      page.banner("quiet", "No figure is gated.", "This page tells, and decides nothing.");
    } else if (ok() && gated().anyMatch(figure -> figure.verdict().isOpen())) {
      page.banner("warn", "Not every gated figure is decided.", "Gated: " + named(gates));
    } else if (ok()) {
      page.banner("ok", "No gated figure is worse beyond noise.", "Gated: " + named(gates));
    } else {
      page.violations("Worse beyond noise:", violations());
    }
  }

  private static String named(List<String> gates) {
    return String.join(", ", gates) + ".";
  }
}
