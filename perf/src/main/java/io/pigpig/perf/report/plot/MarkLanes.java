package io.pigpig.perf.report.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where the labels of marks stand so that none covers another: each in the lowest lane above the
 * plot that is free there, at most {@value #LANES_MAX} lanes. Placed from right to left, so that a
 * mark's line to a higher lane passes the labels in the lower ones on their left.
 *
 * @param labels of every mark
 */
record MarkLanes(List<Label> labels) {

  static final int LANES_MAX = 4;

  /** Wide for the usual fonts at 11 px, so that no text is longer than it is taken for. */
  private static final double LETTER_WIDTH = 6.6;

  private static final double GAP = 8;
  private static final double FROM_LINE = 3;
  private static final int LETTERS_MAX = 60;

  /**
   * A label's place.
   *
   * @param text empty when there is no place for it
   * @param left of its text, in pixels from the plot's left edge
   * @param lane counted from 1, the one right above the plot; 0 for no text
   */
  record Label(Plot.Mark mark, String text, double left, double width, int lane) {
    private boolean meets(Label other) {
      return lane == other.lane
          && left < other.left + other.width + GAP
          && other.left < left + width + GAP;
    }
  }

  static MarkLanes of(List<Plot.Mark> marks, Scale scale, double plotWidth) {
    List<Label> placed = new ArrayList<>();
    marks.stream()
        .sorted(Comparator.comparingDouble(Plot.Mark::x).reversed())
        .forEach(mark -> placed.add(place(mark, scale, plotWidth, placed)));
    return new MarkLanes(List.copyOf(placed));
  }

  private static Label place(Plot.Mark mark, Scale scale, double plotWidth, List<Label> placed) {
    String text = shortened(mark.label());
    double width = text.length() * LETTER_WIDTH;
    double at = scale.at(mark.x()) * plotWidth;
    boolean fits = at + FROM_LINE + width <= plotWidth;
    double left = Math.max(0, fits ? at + FROM_LINE : at - FROM_LINE - width);
    for (int lane = 1; lane <= LANES_MAX; lane++) {
      Label label = new Label(mark, text, left, width, lane);
      if (placed.stream().noneMatch(label::meets)) {
        return label;
      }
    }
    return new Label(mark, "", at, 0, 0);
  }

  int lanes() {
    return labels.stream().mapToInt(Label::lane).max().orElse(0);
  }

  private static String shortened(String text) {
    return text.length() <= LETTERS_MAX ? text : text.substring(0, LETTERS_MAX - 3) + "...";
  }
}
