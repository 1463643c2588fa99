package io.pigpig.perf.report;

import io.pigpig.perf.report.Findings.Bar;
import io.pigpig.perf.report.Findings.Bars;
import io.pigpig.perf.report.plot.Ink;
import io.pigpig.perf.report.plot.Markup;
import io.pigpig.perf.report.plot.Unit;
import java.util.Locale;

/** Horizontal bars as rows of a table, so that labels of any length stand beside them. */
final class BarRows {

  private BarRows() {}

  static void write(Markup page, Bars chart) {
    double most = chart.bars().stream().mapToDouble(Bar::value).max().orElse(0);
    page.open("table", "class", "bars");
    for (Bar bar : chart.bars()) {
      page.open("tr").element("th", bar.label(), "scope", "row");
      page.open("td", "class", "track");
      part(page, most == 0 ? 0 : bar.value() / most, Ink.BLUE);
      page.close();
      page.element("td", Unit.number(bar.value()) + " " + chart.unit(), "class", "number");
      page.close();
    }
    page.close();
  }

  /** A piece of a bar, as a share of the track. */
  static void part(Markup page, double share, Ink ink) {
    String width = String.format(Locale.ROOT, "width:%.2f%%", 100 * share);
    page.element("span", "", "class", "part " + ink.styleClass(), "style", width);
  }
}
