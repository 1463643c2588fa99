package io.pigpig.perf.report;

import io.pigpig.perf.report.plot.Ink;
import io.pigpig.perf.report.plot.LogScale;
import io.pigpig.perf.report.plot.Markup;
import io.pigpig.perf.report.plot.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Figures as rows, sides as columns: the median in large, every round as a dot, and beside it the
 * ratio of each side to the one that it is compared with, with a verdict.
 */
final class FigureTable {

  private static final int STRIP_WIDTH = 84;
  private static final int STRIP_HEIGHT = 12;
  private static final int DOT = 3;

  private final List<Side> sides;

  private final List<Comparison> comparisons;

  FigureTable(List<Side> sides, List<Comparison> comparisons) {
    this.sides = List.copyOf(sides);
    this.comparisons = List.copyOf(comparisons);
  }

  void write(Markup page, List<LegFigure> figures) {
    page.open("div", "class", "scroll")
        .open("table", "class", sides.size() == 1 ? "figures" : "figures broad")
        .open("thead")
        .open("tr");
    head(page, "", "");
    for (int i = 0; i < sides.size(); i++) {
      head(page, sides.get(i).name(), Ink.ofSeries(i).styleClass());
    }
    comparisons.forEach(c -> head(page, c.subject() + " / " + c.reference(), ""));
    page.close().close().open("tbody");
    figures.forEach(figure -> row(page, figure));
    page.close().close().close();
  }

  private static void head(Markup page, String name, String ink) {
    page.open("th", "scope", "col");
    if (!ink.isEmpty()) {
      page.element("span", "", "class", "key area " + ink);
    }
    page.text(name).close();
  }

  private void row(Markup page, LegFigure figure) {
    List<double[]> values = sides.stream().map(side -> side.values(figure)).toList();
    double[] all =
        values.stream().flatMapToDouble(Arrays::stream).filter(Double::isFinite).toArray();
    if (all.length == 0) {
      return;
    }
    page.open("tr").element("th", figure.kind().name(), "scope", "row");
    Unit unit = figure.kind().unit();
    for (int i = 0; i < sides.size(); i++) {
      page.open("td").element("b", unit.format(Median.of(values.get(i))));
      if (values.get(i).length > 1) {
        strip(page, values.get(i), all, Ink.ofSeries(i));
        page.element("small", range(unit, values.get(i)));
      }
      page.close();
    }
    for (Comparison comparison : comparisons) {
      page.open("td");
      Optional<Compared> compared = comparison.figure(figure.kind().key());
      compared.ifPresent(found -> ratio(page, found));
      page.close();
    }
    page.close();
  }

  private static String range(Unit unit, double[] values) {
    String least = unit.format(Arrays.stream(values).min().orElse(Double.NaN));
    String most = unit.format(Arrays.stream(values).max().orElse(Double.NaN));
    return least.equals(most) ? "in every round" : least + " to " + most;
  }

  /** On a scale that every side of the row shares. */
  private static void strip(Markup page, double[] values, double[] all, Ink ink) {
    String box = "0 0 " + STRIP_WIDTH + " " + STRIP_HEIGHT;
    page.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "strip", "viewBox", box);
    page.empty("rect", "class", "rail", "width", STRIP_WIDTH, "height", 1, "y", STRIP_HEIGHT / 2);
    double least = Arrays.stream(all).min().orElse(0);
    double most = Arrays.stream(all).max().orElse(0);
    for (double value : values) {
      if (Double.isFinite(value)) {
        double share = position(value, least, most);
        double x = DOT + share * (STRIP_WIDTH - 2 * DOT);
        page.empty(
            "circle", "class", "dot " + ink.styleClass(), "cx", x, "cy", 6.5, "r", (double) DOT);
      }
    }
    page.close();
  }

  /** By factors where all are above 0, so that a hundredfold does not squeeze the rest. */
  private static double position(double value, double least, double most) {
    if (most <= least) {
      return 0.5;
    }
    return least > 0 ? new LogScale(least, most).at(value) : (value - least) / (most - least);
  }

  static void ratio(Markup page, Compared compared) {
    page.element("b", Comparison.ratio(compared));
    page.element("span", compared.verdict().toString(), "class", "badge " + manner(compared));
    if (Double.isFinite(compared.low())) {
      page.element("small", Comparison.interval(compared));
    }
  }

  private static String manner(Compared compared) {
    return switch (compared.verdict()) {
      case BETTER -> "ok";
      case WORSE -> "bad";
      case NO_DIFFERENCE, TOO_FEW_ROUNDS, NOT_MEASURED -> "quiet";
    };
  }

  /** The same for the terminal, medians only. */
  Table text(String title, List<LegFigure> figures) {
    List<String> columns = new ArrayList<>(List.of("figure"));
    sides.forEach(side -> columns.add(side.name()));
    comparisons.forEach(c -> columns.add(c.subject() + " / " + c.reference()));
    List<List<String>> rows = new ArrayList<>();
    for (LegFigure figure : figures) {
      List<String> row = new ArrayList<>(List.of(figure.kind().name()));
      for (Side side : sides) {
        row.add(figure.kind().unit().format(Median.of(side.values(figure))));
      }
      for (Comparison comparison : comparisons) {
        row.add(
            comparison
                .figure(figure.kind().key())
                .map(found -> Comparison.ratio(found) + " " + found.verdict())
                .orElse("-"));
      }
      rows.add(row);
    }
    return new Table(title, columns, rows);
  }
}
