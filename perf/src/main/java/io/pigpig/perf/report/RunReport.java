package io.pigpig.perf.report;

import io.pigpig.perf.report.Comparison.Sample;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.plot.Plot;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run as a report. Legs of one side are its rounds: tables give the median and every round, plots
 * show the round in the middle.
 */
public final class RunReport implements Report {

  private final RunRecord run;
  private final Goals goals;
  private final List<Side> sides;
  private final List<Comparison> comparisons;
  private final FigureTable table;

  /**
   * @param references by the name of a side, the one that it is compared with
   */
  public RunReport(RunRecord run, Map<String, String> references) {
    this.run = run;
    this.goals = new Goals(run.figures());
    this.sides = Side.of(run);
    this.comparisons = comparisons(run, sides, references);
    this.table = new FigureTable(sides, comparisons);
  }

  private static List<Comparison> comparisons(
      RunRecord run, List<Side> sides, Map<String, String> references) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Side side : sides) {
      String subject = side.name();
      String reference = references.get(subject);
      if (reference != null) {
        comparisons.add(
            Comparison.of(
                new Sample(run, reference, reference), new Sample(run, subject, subject)));
      }
    }
    return comparisons;
  }

  @Override
  public String name() {
    return run.scenario();
  }

  @Override
  public List<String> violations() {
    return run.violations();
  }

  @Override
  public List<String> notes() {
    return Stream.concat(GeneratorLateness.warnings(sides).stream(), comparisonNotes()).toList();
  }

  private Stream<String> comparisonNotes() {
    return comparisons.stream().flatMap(comparison -> comparison.notes().stream()).distinct();
  }

  @Override
  public JsonObject json() {
    return RunRecordJson.write(run);
  }

  @Override
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    if (!run.figures().isEmpty()) {
      tables.add(goals.table());
    }
    if (!sides.isEmpty()) {
      tables.add(table.text("What clients saw, medians", LegFigure.service()));
      tables.add(table.text("Cost of a durable order, medians", LegFigure.cost(sides)));
      tables.add(table.text("The generator, medians", LegFigure.generator()));
    }
    return tables;
  }

  @Override
  public String html() {
    HtmlPage page = new HtmlPage(run.scenario());
    page.heading(run.scenario(), run.about());
    page.verdict(run.violations(), goals.reached());
    GeneratorLateness.warnings(sides).forEach(warning -> page.banner("warn", warning, ""));
    page.where(run.where());
    if (!run.figures().isEmpty()) {
      page.section("Figures and their goals", "");
      goals.write(page.markup());
    }
    if (!sides.isEmpty()) {
      legs(page);
    }
    return page.finish();
  }

  private void legs(HtmlPage page) {
    List<Leg> shown = sides.stream().map(Side::medianRound).toList();
    LoadPlots load = new LoadPlots(shown);
    service(page, load);
    cost(page, new CostPlots(shown, run.where().cores()));
    generator(page, load);
    comparisons.forEach(comparison -> ratios(page, comparison));
    marks(page, shown);
    page.section("Every round", "In the order they ran.");
    page.table(rounds());
  }

  private void service(HtmlPage page, LoadPlots load) {
    page.section(
        "What clients saw",
        "Medians in bold; every round is a dot, between the least and the most.");
    table.write(page.markup(), LegFigure.service());
    comparisonNotes().forEach(note -> page.paragraph(note, "note"));
    page.section(
        "Latency",
        "From the intended time of sending to the answer. Plots here and below show of each side"
            + " the round whose p99 is in the middle, all on the same scales.");
    plots(page, List.of(load.latencyDistributions(), load.latency()));
    page.section(
        "Throughput",
        "Every request ends as accepted, refused or failed, counted when it does; where the areas"
            + " fall short of the dashed line, answers came later.");
    page.plots(load.throughput());
  }

  private void cost(HtmlPage page, CostPlots cost) {
    page.section(
        "Cost of a durable order",
        "Of all processes but the generator, divided by the orders that the ledger gained; CPU is"
            + " user and system time.");
    CpuBars.write(page.markup(), sides);
    table.write(page.markup(), LegFigure.cost(sides));
    plots(page, List.of(cost.cpu(), cost.gc(), cost.memory()));
  }

  /** A row each, the sides beside each other; one side's follow each other. */
  private void plots(HtmlPage page, List<List<Plot>> rows) {
    if (sides.size() == 1) {
      page.plots(rows.stream().flatMap(List::stream).toList());
    } else {
      rows.forEach(page::plots);
    }
  }

  private void generator(HtmlPage page, LoadPlots load) {
    List<String> late = GeneratorLateness.warnings(sides);
    page.section(
        "The generator",
        late.isEmpty()
            ? "It kept its schedule: at p99 its lateness is under a tenth of the latency it is in."
            : String.join(" ", late));
    table.write(page.markup(), LegFigure.generator());
    page.plots(List.of(load.latenessDistribution(), load.latenessOverTime()));
  }

  private static void ratios(HtmlPage page, Comparison comparison) {
    page.section(
        comparison.subject() + " against " + comparison.reference(), RatioPlot.HOW_TO_READ);
    RatioPlot.draw(page.markup(), comparison);
  }

  private static void marks(HtmlPage page, List<Leg> shown) {
    List<List<String>> rows = new ArrayList<>();
    for (Leg leg : shown) {
      int number = 0;
      for (Plot.Mark mark : LegTime.marks(leg)) {
        number++;
        String second = String.format(Locale.ROOT, "%.1f", mark.x());
        rows.add(List.of(LegTime.name(leg), Integer.toString(number), second, mark.label()));
      }
    }
    if (!rows.isEmpty()) {
      page.section("What was done meanwhile", "");
      page.table(new Table("Marks", List.of("round", "", "second", "what"), rows));
    }
  }

  private Table rounds() {
    List<LegFigure> figures =
        Stream.concat(LegFigure.service().stream(), LegFigure.cost(sides).stream().limit(1))
            .toList();
    List<String> columns = new ArrayList<>(List.of("round"));
    figures.forEach(figure -> columns.add(figure.kind().name()));
    List<List<String>> rows = new ArrayList<>();
    for (Leg leg : run.legs()) {
      List<String> row = new ArrayList<>(List.of(LegTime.name(leg)));
      figures.forEach(
          figure -> row.add(figure.kind().unit().format(figure.of().applyAsDouble(leg))));
      rows.add(row);
    }
    return new Table("Every round", columns, rows);
  }
}
