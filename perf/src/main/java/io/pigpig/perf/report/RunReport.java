package io.pigpig.perf.report;

import io.pigpig.perf.report.Comparison.Sample;
import io.pigpig.perf.report.RunRecord.Figure;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecord.Mark;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.plot.Unit;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A run as a report. Legs of one side are its rounds: tables give the median and every round, plots
 * show the round in the middle. The side that came first is set against the others, which are what
 * it is measured against; the last one is the reference.
 */
public final class RunReport implements Report {

  private final RunRecord run;
  private final List<Side> sides;
  private final List<Comparison> comparisons;
  private final FigureTable table;

  public RunReport(RunRecord run) {
    this.run = run;
    this.sides = Side.of(run);
    this.comparisons = comparisons(run, sides);
    this.table = new FigureTable(sides, comparisons);
  }

  /** Of every side but the last, to the last. */
  private static List<Comparison> comparisons(RunRecord run, List<Side> sides) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i + 1 < sides.size(); i++) {
      String reference = sides.getLast().name();
      String subject = sides.get(i).name();
      comparisons.add(
          Comparison.of(new Sample(run, reference, reference), new Sample(run, subject, subject)));
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
  public JsonObject json() {
    return RunRecordJson.write(run);
  }

  @Override
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    if (!run.figures().isEmpty()) {
      tables.add(goals());
    }
    if (!sides.isEmpty()) {
      List<LegFigure> figures =
          Stream.of(LegFigure.service(), LegFigure.cost(sides), LegFigure.beside())
              .flatMap(List::stream)
              .toList();
      tables.add(table.text("Medians of all rounds; CPU and what follows is an order's", figures));
    }
    return tables;
  }

  private Table goals() {
    List<List<String>> rows = new ArrayList<>();
    for (Figure figure : run.figures()) {
      rows.add(
          List.of(
              figure.name(),
              text(figure.value(), figure),
              goal(figure),
              Double.isNaN(figure.goal()) ? "-" : figure.reached() ? "reached" : "missed"));
    }
    return new Table("Figures", List.of("figure", "value", "goal", ""), rows);
  }

  private static String goal(Figure figure) {
    if (Double.isNaN(figure.goal())) {
      return "-";
    }
    String sense = figure.sense() == Sense.AT_LEAST ? "at least " : "at most ";
    return sense + text(figure.goal(), figure);
  }

  private static String text(double value, Figure figure) {
    return (Unit.number(value) + " " + figure.unit()).strip();
  }

  @Override
  public String html() {
    HtmlPage page = new HtmlPage(run.scenario());
    page.heading(run.scenario(), run.about());
    page.verdict(run.violations(), goalsReached());
    List<String> late = GeneratorLateness.warnings(sides);
    late.forEach(warning -> page.banner("warn", warning, ""));
    page.where(run.where());
    if (!run.figures().isEmpty()) {
      page.section("Figures and their goals", "");
      page.table(goals());
    }
    if (!sides.isEmpty()) {
      legs(page, late);
    }
    return page.finish();
  }

  private String goalsReached() {
    List<Figure> goals =
        run.figures().stream().filter(figure -> !Double.isNaN(figure.goal())).toList();
    if (goals.isEmpty()) {
      return "";
    }
    long reached = goals.stream().filter(Figure::reached).count();
    return reached + " of " + goals.size() + " goals reached.";
  }

  private void legs(HtmlPage page, List<String> late) {
    List<Leg> shown = sides.stream().map(Side::medianRound).toList();
    LoadPlots load = new LoadPlots(shown);
    CostPlots cost = new CostPlots(shown, run.where().cores());
    page.section("What clients saw", howToRead());
    table.write(page.markup(), LegFigure.service());
    page.section(
        "Latency",
        "From the intended time of sending to the answer. Plots here and below show of each side"
            + " the round whose p99 is in the middle, on the same scales.");
    page.plots(List.of(load.latencyDistribution()));
    page.plots(load.latency());
    page.section(
        "Throughput",
        "Every request ends as accepted, refused or failed; where the stack falls short of the"
            + " dashed line, answers came later.");
    page.plots(load.throughput());
    page.section(
        "Cost of a durable order",
        "User and system time of every process of the stack, the generator apart; divided by the"
            + " orders that the ledger gained.");
    CpuBars.write(page.markup(), sides);
    table.write(page.markup(), LegFigure.cost(sides));
    page.plots(cost.cpu());
    page.plots(cost.gc());
    page.plots(cost.memory());
    generator(page, load, late);
    marks(page, shown);
    page.section("Every round", "");
    page.table(rounds());
  }

  private String howToRead() {
    String rounds =
        "Medians in bold, every round as a dot, and the range from the least to the most.";
    return comparisons.isEmpty()
        ? rounds
        : rounds
            + " A verdict is given where the interval of 95 % of the ratio does not hold 1; of"
            + " twenty figures that are equal one gets a verdict by chance.";
  }

  private void generator(HtmlPage page, LoadPlots load, List<String> late) {
    page.section(
        "The generator",
        late.isEmpty()
            ? "It kept its schedule: what it was late is no part of the latencies above."
            : String.join(" ", late));
    table.write(page.markup(), LegFigure.beside());
    page.plots(List.of(load.latenessDistribution(), load.latenessOverTime()));
  }

  private static void marks(HtmlPage page, List<Leg> shown) {
    List<List<String>> rows = new ArrayList<>();
    for (Leg leg : shown) {
      for (Mark mark : leg.marks()) {
        String second = String.format(Locale.ROOT, "%.1f", mark.second());
        rows.add(List.of(LegTime.name(leg), second, mark.what()));
      }
    }
    if (!rows.isEmpty()) {
      page.section("What was done meanwhile", "");
      page.table(new Table("", List.of("round", "second", "what"), rows));
    }
  }

  /** In the order they ran. */
  private Table rounds() {
    List<LegFigure> figures = new ArrayList<>(LegFigure.service());
    figures.add(LegFigure.cost(sides).getFirst());
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
