package io.pigpig.perf.report.plot;

import io.pigpig.perf.report.plot.Layer.Band;
import io.pigpig.perf.report.plot.Layer.Edge;
import io.pigpig.perf.report.plot.Layer.Line;
import io.pigpig.perf.report.plot.Plot.Mark;
import io.pigpig.perf.report.plot.Series.Point;
import java.util.List;
import java.util.Locale;

/** Draws a plot as a figure: its title, a legend that wraps as text does, and the drawing. */
public final class PlotSvg {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 190;
  private static final int RIGHT = 16;
  private static final int BOTTOM = 36;
  private static final int HEAD = 26;
  private static final int LANE = 15;
  private static final double TICK_LETTER = 6.6;
  private static final int LEFT_MIN = 36;
  private static final int TICK_GAP = 10;

  private final Markup page;
  private final Plot plot;
  private final MarkLanes lanes;
  private final double left;
  private final double top;
  private final double width;

  private PlotSvg(Markup page, Plot plot, int lanesReserved) {
    this.page = page;
    this.plot = plot;
    this.left = left(plot);
    this.width = WIDTH - RIGHT - left;
    this.lanes = lanes(plot);
    this.top = HEAD + lanesReserved * (double) LANE;
  }

  private static double left(Plot plot) {
    Axis axis = plot.y();
    int widest =
        axis.scale().ticks().stream()
            .mapToInt(tick -> axis.tickText().apply(tick).length())
            .max()
            .orElse(0);
    return Math.max(LEFT_MIN, 12 + widest * TICK_LETTER);
  }

  private static MarkLanes lanes(Plot plot) {
    return MarkLanes.of(plot.marks(), plot.x().scale(), WIDTH - RIGHT - left(plot));
  }

  /** Beside each other: one with many marks makes room above all of them. */
  public static void drawRow(Markup page, List<Plot> plots) {
    int lanes = plots.stream().mapToInt(plot -> lanes(plot).lanes()).max().orElse(0);
    page.open("div", "class", "plots");
    plots.forEach(plot -> new PlotSvg(page, plot, lanes).figure());
    page.close();
  }

  private void figure() {
    page.open("figure", "class", "plot");
    page.element("figcaption", plot.title());
    legend();
    double height = top + HEIGHT + BOTTOM;
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + WIDTH + " " + Markup.coordinate(height),
        "role",
        "img",
        "aria-label",
        plot.title());
    yAxis();
    xAxis();
    plot.layers().forEach(this::layer);
    if (plot.layers().stream().allMatch(Layer::isEmpty)) {
      text("nothing was counted", left + width / 2, top + HEIGHT / 2.0, "tick middle");
    }
    lanes.labels().forEach(this::markLine);
    lanes.labels().forEach(this::markName);
    page.close().close();
  }

  private void legend() {
    page.open("ul", "class", "legend");
    for (Layer layer : plot.layers()) {
      String shape =
          switch (layer) {
            case Band band -> "area";
            case Line line -> styleClass(line.stroke());
          };
      page.open("li");
      page.element("span", "", "class", "key " + shape + " " + layer.ink().styleClass());
      page.text(layer.name()).close();
    }
    if (lanes.numbered()) {
      page.element("li", "1 to " + plot.marks().size() + ": in their order");
    }
    page.close();
  }

  private void yAxis() {
    text(plot.y().label(), 2, 12, "axis-name");
    for (double tick : plot.y().scale().ticks()) {
      double y = y(tick);
      page.empty("line", "class", "grid", "x1", left, "x2", left + width, "y1", y, "y2", y);
      page.element(
          "text", plot.y().tickText().apply(tick), "class", "tick end", "x", left - 7, "y", y + 4);
    }
  }

  private void xAxis() {
    double base = top + HEIGHT;
    page.empty("line", "class", "base", "x1", left, "x2", left + width, "y1", base, "y2", base);
    text(plot.x().label(), left + width, base + 32, "axis-name end");
    double free = Double.NEGATIVE_INFINITY;
    for (double tick : plot.x().scale().ticks()) {
      double x = x(tick);
      String name = plot.x().tickText().apply(tick);
      double half = name.length() * TICK_LETTER / 2;
      page.empty("line", "class", "base", "x1", x, "x2", x, "y1", base, "y2", base + 4);
      if (x - half >= free) {
        text(name, x, base + 17, "tick middle");
        free = x + half + TICK_GAP;
      }
    }
  }

  private void layer(Layer layer) {
    switch (layer) {
      case Line line ->
          path("line " + styleClass(line.stroke()), through(line.series().points()), line);
      case Band band -> path("band", around(band.edges()), band);
    }
  }

  private void path(String style, String steps, Layer layer) {
    if (!steps.isEmpty()) {
      page.open("path", "class", style + " " + layer.ink().styleClass(), "d", steps);
      page.element("title", layer.name()).close();
    }
  }

  /** A point between two gaps is a line of no length, which a round cap makes a dot. */
  private String through(List<Point> points) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (Point point : points) {
      if (Double.isFinite(point.y())) {
        step(path, drawing ? 'L' : 'M', point.x(), point.y());
        if (!drawing) {
          step(path, 'L', point.x(), point.y());
        }
      }
      drawing = Double.isFinite(point.y());
    }
    return path.toString();
  }

  private String around(List<Edge> edges) {
    StringBuilder path = new StringBuilder();
    edges.forEach(edge -> step(path, path.isEmpty() ? 'M' : 'L', edge.x(), edge.high()));
    edges.reversed().forEach(edge -> step(path, 'L', edge.x(), edge.low()));
    return path.isEmpty() ? "" : path.append('Z').toString();
  }

  private void step(StringBuilder path, char command, double x, double y) {
    path.append(command)
        .append(Markup.coordinate(x(x)))
        .append(' ')
        .append(Markup.coordinate(y(y)));
  }

  private void markLine(MarkLanes.Label label) {
    Mark mark = label.mark();
    double x = x(mark.x());
    double from = top - label.lane() * (double) LANE;
    String said = String.format(Locale.ROOT, "%.1f s: %s", mark.x(), mark.label());
    page.open("line", "class", "mark", "x1", x, "x2", x, "y1", from, "y2", top + HEIGHT);
    page.element("title", said).close();
  }

  private void markName(MarkLanes.Label label) {
    double y = top + 10 - label.lane() * (double) LANE;
    double x = left + (label.leftOfLine() ? label.right() : label.left());
    text(label.text(), x, y, label.leftOfLine() ? "mark-name end" : "mark-name");
  }

  private void text(String content, double x, double y, String style) {
    page.element("text", content, "class", style, "x", x, "y", y);
  }

  private double x(double value) {
    return left + plot.x().scale().at(value) * width;
  }

  private double y(double value) {
    return top + (1 - plot.y().scale().at(value)) * HEIGHT;
  }

  private static String styleClass(Layer.Stroke stroke) {
    return stroke.name().toLowerCase(Locale.ROOT);
  }
}
