package io.pigpig.perf.report;

import io.pigpig.perf.report.Compared.Verdict;
import io.pigpig.perf.report.plot.Ink;
import io.pigpig.perf.report.plot.Markup;
import io.pigpig.perf.report.plot.RatioScale;
import io.pigpig.perf.report.plot.Unit;
import java.util.List;
import java.util.stream.DoubleStream;

/** A row a figure: its rounds as dots and its interval as a bar, around a line at ratio 1. */
final class RatioPlot {

  static final String HOW_TO_READ =
      "Each dot is a round, the line is the median, the bar is where the median lies with 95 %"
          + " confidence. A verdict is given where the bar does not reach 1 and the difference is"
          + " 1 % or more; of twenty figures that are equal one gets a verdict by chance.";

  private static final int WIDTH = 800;
  private static final int LABELS = 240;
  private static final int VERDICTS = 200;
  private static final int ROW = 24;
  private static final int HEAD = 24;
  private static final double BAR = 8;

  private final Markup page;
  private final List<Compared> figures;
  private final RatioScale scale;

  private RatioPlot(Markup page, List<Compared> figures) {
    this.page = page;
    this.figures = figures;
    this.scale = RatioScale.around(figures.stream().flatMapToDouble(RatioPlot::ends).toArray());
  }

  /** What has to be in sight: single rounds only where there is no interval. */
  private static DoubleStream ends(Compared figure) {
    return Double.isFinite(figure.low())
        ? DoubleStream.of(figure.low(), figure.high())
        : figure.ratios().stream().mapToDouble(Double::doubleValue);
  }

  /** Figures without a ratio are left out. */
  static void draw(Markup page, Comparison comparison) {
    List<Compared> figures =
        comparison.figures().stream().filter(f -> Double.isFinite(f.ratio())).toList();
    if (!figures.isEmpty()) {
      new RatioPlot(page, figures).figure(comparison);
    }
  }

  private void figure(Comparison comparison) {
    int height = HEAD + figures.size() * ROW + 8;
    String title = "Ratio of " + comparison.subject() + " to " + comparison.reference();
    page.open("figure", "class", "plot wide").element("figcaption", title);
    legend(comparison);
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "role",
        "img",
        "aria-label",
        title);
    for (double tick : scale.ticks()) {
      String style = tick == 1 ? "base" : "grid";
      page.empty(
          "line", "class", style, "x1", x(tick), "x2", x(tick), "y1", HEAD - 4, "y2", height);
      text(Unit.round(Math.round(tick * 100) / 100.0), x(tick), HEAD - 10, "tick middle");
    }
    for (int i = 0; i < figures.size(); i++) {
      row(figures.get(i), HEAD + i * ROW + ROW / 2.0);
    }
    page.close().close();
  }

  private void legend(Comparison comparison) {
    page.open("ul", "class", "legend");
    key(
        "area " + Ink.GREY.styleClass(),
        comparison.pairs() ? "a pair of rounds" : "a round to the reference's median");
    key("area " + Ink.BLUE.styleClass(), "95 % interval, better");
    key("area " + Ink.VERMILLION.styleClass(), "95 % interval, worse");
    key("area " + Ink.TEXT.styleClass(), "95 % interval, no difference seen");
    page.close();
  }

  private void key(String style, String name) {
    page.open("li").element("span", "", "class", "key " + style).text(name).close();
  }

  private void row(Compared figure, double y) {
    Ink ink = ink(figure.verdict());
    text(figure.kind().name(), LABELS - 14, y + 4, "row-name end");
    if (Double.isFinite(figure.low())) {
      double from = x(figure.low());
      page.empty(
          "rect",
          "class",
          "interval " + ink.styleClass(),
          "x",
          from - 1,
          "width",
          Math.max(2, x(figure.high()) - from + 2),
          "y",
          y - BAR / 2,
          "height",
          BAR);
    }
    for (double ratio : figure.ratios()) {
      page.empty("circle", "class", "round", "cx", x(ratio), "cy", y, "r", 2.5);
    }
    page.empty(
        "line",
        "class",
        "median " + ink.styleClass(),
        "x1",
        x(figure.ratio()),
        "x2",
        x(figure.ratio()),
        "y1",
        y - BAR,
        "y2",
        y + BAR);
    text(
        Comparison.ratio(figure) + "  " + figure.verdict(),
        WIDTH - VERDICTS + 14,
        y + 4,
        "row-name");
  }

  private static Ink ink(Verdict verdict) {
    return switch (verdict) {
      case BETTER -> Ink.BLUE;
      case WORSE -> Ink.VERMILLION;
      case NO_DIFFERENCE, TOO_FEW_ROUNDS, NOT_MEASURED -> Ink.TEXT;
    };
  }

  private void text(String content, double x, double y, String style) {
    page.element("text", content, "class", style, "x", x, "y", y);
  }

  private double x(double ratio) {
    return LABELS + scale.at(ratio) * (WIDTH - LABELS - VERDICTS);
  }
}
