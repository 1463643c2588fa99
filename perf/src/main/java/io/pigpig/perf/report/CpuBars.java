package io.pigpig.perf.report;

import io.pigpig.perf.report.plot.Markup;
import io.pigpig.perf.report.plot.Unit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The CPU of an order as one bar a side, in pieces by component: where it goes, at a glance. */
final class CpuBars {

  private static final String PREFIX = "cpu.";

  private CpuBars() {}

  static void write(Markup page, List<Side> sides) {
    List<LegFigure> cost = LegFigure.cost(sides);
    List<LegFigure> figures =
        cost.stream().filter(figure -> figure.kind().key().startsWith(PREFIX)).toList();
    Map<String, Double> sums = new TreeMap<>();
    for (Side side : sides) {
      figures.forEach(figure -> sums.merge(side.name(), median(side, figure), Double::sum));
    }
    double most = sums.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    if (!(most > 0)) {
      return;
    }
    legend(page, figures);
    page.open("table", "class", "bars");
    for (Side side : sides) {
      page.open("tr").element("th", side.name(), "scope", "row").open("td", "class", "track");
      for (LegFigure figure : figures) {
        BarRows.part(page, median(side, figure) / most, Components.ink(component(figure)));
      }
      page.close();
      String all = Unit.MICROS.format(median(side, cost.getFirst()));
      page.element("td", all, "class", "number").close();
    }
    page.close();
  }

  private static void legend(Markup page, List<LegFigure> figures) {
    page.open("ul", "class", "legend");
    for (LegFigure figure : figures) {
      String ink = Components.ink(component(figure)).styleClass();
      page.open("li").element("span", "", "class", "key area " + ink);
      page.text(component(figure)).close();
    }
    page.close();
  }

  private static String component(LegFigure figure) {
    return figure.kind().key().substring(PREFIX.length());
  }

  private static double median(Side side, LegFigure figure) {
    double median = Median.of(side.values(figure));
    return Double.isFinite(median) ? median : 0;
  }
}
