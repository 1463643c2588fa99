package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Figure;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.plot.Markup;
import io.pigpig.perf.report.plot.Unit;
import java.util.ArrayList;
import java.util.List;

/** Named results beside what they should be. */
record Goals(List<Figure> figures) {

  private static final String NONE = "-";

  Goals {
    figures = List.copyOf(figures);
  }

  /** How many are reached, in a sentence; empty where there is no goal. */
  String reached() {
    List<Figure> goals = figures.stream().filter(Goals::hasGoal).toList();
    long reached = goals.stream().filter(Figure::reached).count();
    long open = goals.stream().filter(figure -> !figure.measured()).count();
    return goals.isEmpty()
        ? ""
        : reached
            + " of "
            + goals.size()
            + (open == 0 ? " goals reached." : " goals reached, " + open + " not measured.");
  }

  private static boolean hasGoal(Figure figure) {
    return !Double.isNaN(figure.goal());
  }

  void write(Markup page) {
    page.open("div", "class", "scroll").open("table").open("tbody");
    for (Figure figure : figures) {
      page.open("tr").element("th", figure.name(), "scope", "row");
      page.open("td", "class", "number").element("b", value(figure)).close();
      page.element("td", hasGoal(figure) ? goal(figure) : "", "class", "words");
      page.open("td", "class", "words");
      if (hasGoal(figure)) {
        page.element("span", outcome(figure), "class", "badge " + manner(figure));
      }
      page.close().close();
    }
    page.close().close().close();
  }

  /** For the terminal. */
  Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (Figure figure : figures) {
      rows.add(
          hasGoal(figure)
              ? List.of(figure.name(), value(figure), goal(figure), outcome(figure))
              : List.of(figure.name(), value(figure), NONE, NONE));
    }
    return new Table("Figures", List.of("figure", "value", "goal", ""), rows);
  }

  private static String value(Figure figure) {
    if (!figure.measured()) {
      return NONE;
    }
    return switch (figure.unit()) {
      case "us" -> Unit.MICROS.format(figure.value());
      case "B" -> Unit.BYTES.format(figure.value());
      default -> (Unit.number(figure.value()) + " " + figure.unit()).strip();
    };
  }

  private static String goal(Figure figure) {
    String sense = figure.sense() == Sense.AT_LEAST ? "at least " : "at most ";
    return sense
        + (figure.unit().equals("us")
            ? Unit.roundMicros(figure.goal())
            : (Unit.round(figure.goal()) + " " + figure.unit()).strip());
  }

  private static String outcome(Figure figure) {
    if (!figure.measured()) {
      return "not measured";
    }
    return figure.reached() ? "reached" : "missed";
  }

  private static String manner(Figure figure) {
    if (!figure.measured()) {
      return "quiet";
    }
    return figure.reached() ? "ok" : "bad";
  }
}
