package io.pigpig.perf.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.report.plot.Layer.Band;
import io.pigpig.perf.report.plot.Layer.Edge;
import io.pigpig.perf.report.plot.Layer.Line;
import io.pigpig.perf.report.plot.Layer.Stroke;
import io.pigpig.perf.report.plot.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlotSvgTest {

  @Test
  void lineGoesFromEndToEnd() {
    String drawn = drawn(series(0, 5, 10));

    assertThat(path(drawn)).isEqualTo("M36 216L36 216L290 121L544 26");
  }

  @Test
  void gapBreaksALine() {
    assertThat(path(drawn(series(0, Double.NaN, 10)))).isEqualTo("M36 216L36 216M544 26L544 26");
  }

  @Test
  void singleValueIsADot() {
    assertThat(path(drawn(series(10)))).isEqualTo("M36 26L36 26");
  }

  @Test
  void emptySeriesSaysThatNothingWasCounted() {
    assertThat(drawn(series())).contains("nothing was counted").doesNotContain("<path");
    assertThat(drawn(series(Double.NaN))).contains("nothing was counted");
  }

  @Test
  void allZeroSeriesLiesOnTheBase() {
    assertThat(path(drawn(series(0, 0, 0)))).isEqualTo("M36 216L36 216L290 216L544 216");
  }

  @Test
  void textsAreEscaped() {
    Plot plot =
        new Plot(
            "a < b & c",
            Axis.seconds(2),
            Axis.linear("<y>", 10),
            List.of(),
            List.of(new Plot.Mark(1, "\"quoted\"")));
    Markup page = new Markup();
    PlotSvg.drawRow(page, List.of(plot));

    assertThat(page.finish()).contains("a &lt; b &amp; c", "&lt;y&gt;", "&quot;quoted&quot;");
  }

  @Test
  void stackedSeriesStandOnEachOther() {
    List<Layer> stacked = Layer.stacked(List.of(series(1, 2), series(3, Double.NaN)));

    assertThat(((Band) stacked.get(1)).edges())
        .containsExactly(new Edge(0, 1, 4), new Edge(1, 2, 2));
    assertThat(Layer.stackedMost(List.of(series(1, 2), series(3, 1)))).isEqualTo(4);
    assertThat(Layer.stacked(List.of())).isEmpty();
  }

  @Test
  void seriesOfDifferentLengthsCannotBeStacked() {
    assertThatThrownBy(() -> Layer.stacked(List.of(series(1, 2), series(1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countOfASecondIsAStepOfASecond() {
    assertThat(series(4, 6).steps().points())
        .containsExactly(new Point(0, 4), new Point(1, 4), new Point(1, 6), new Point(2, 6));
    assertThat(series(4, 6).most()).isEqualTo(6);
    assertThat(series().most()).isZero();
  }

  private static Series series(double... values) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add(new Point(i, values[i]));
    }
    return new Series("s", Ink.BLUE, points);
  }

  private static String drawn(Series series) {
    Plot plot =
        new Plot(
            "title",
            Axis.seconds(2),
            Axis.linear("y", 10),
            List.of(new Line(series, Stroke.SOLID)),
            List.of());
    Markup page = new Markup();
    PlotSvg.drawRow(page, List.of(plot));
    return page.finish();
  }

  private static String path(String drawn) {
    return Pattern.compile(" d=\"([^\"]*)\"")
        .matcher(drawn)
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElseThrow();
  }
}
