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
 * @param numbered whether there was no room for words, and the labels are numbers along x from 1
 */
record MarkLanes(List<Label> labels, boolean numbered) {

  static final int LANES_MAX = 4;

  /** Wide for the usual fonts at 11 px, so that no text is longer than it is taken for. */
  private static final double LETTER_WIDTH = 6.6;

  private static final double GAP = 8;
  private static final double FROM_LINE = 3;
  private static final int LETTERS_MAX = 60;

  /**
   * A label's place, in pixels from the plot's left edge.
   *
   * @param text empty when there is no place for it
   * @param left of its text, which ends at {@code right}
   * @param leftOfLine whether the text ends at its line, instead of beginning there
   * @param lane counted from 1, the one right above the plot; 0 for no text
   */
  record Label(
      Plot.Mark mark, String text, double left, double right, boolean leftOfLine, int lane) {
    private boolean meets(Label other) {
      return lane == other.lane && left < other.right + GAP && other.left < right + GAP;
    }
  }

  static MarkLanes of(List<Plot.Mark> marks, Scale scale, double plotWidth) {
    List<Plot.Mark> inOrder =
        marks.stream().sorted(Comparator.comparingDouble(Plot.Mark::x)).toList();
    List<String> words = inOrder.stream().map(mark -> shortened(mark.label())).toList();
    List<Label> worded = place(inOrder, words, scale, plotWidth);
    if (worded.stream().allMatch(label -> label.lane() > 0)) {
      return new MarkLanes(worded, false);
    }
    List<String> numbers = new ArrayList<>();
    inOrder.forEach(mark -> numbers.add(Integer.toString(numbers.size() + 1)));
    return new MarkLanes(place(inOrder, numbers, scale, plotWidth), true);
  }

  private static List<Label> place(
      List<Plot.Mark> marks, List<String> texts, Scale scale, double plotWidth) {
    List<Label> placed = new ArrayList<>();
    for (int i = marks.size() - 1; i >= 0; i--) {
      double at = scale.at(marks.get(i).x()) * plotWidth;
      double width = texts.get(i).length() * LETTER_WIDTH;
      boolean leftOfLine = at + FROM_LINE + width > plotWidth;
      double left = leftOfLine ? at - FROM_LINE - width : at + FROM_LINE;
      Label wanted = new Label(marks.get(i), texts.get(i), left, left + width, leftOfLine, 0);
      placed.add(inFreeLane(wanted, placed));
    }
    return List.copyOf(placed);
  }

  private static Label inFreeLane(Label wanted, List<Label> placed) {
    for (int lane = 1; lane <= LANES_MAX; lane++) {
      Label label =
          new Label(wanted.mark, wanted.text, wanted.left, wanted.right, wanted.leftOfLine, lane);
      if (placed.stream().noneMatch(label::meets)) {
        return label;
      }
    }
    return new Label(wanted.mark, "", wanted.left, wanted.left, false, 0);
  }

  int lanes() {
    return labels.stream().mapToInt(Label::lane).max().orElse(0);
  }

  private static String shortened(String text) {
    return text.length() <= LETTERS_MAX ? text : text.substring(0, LETTERS_MAX - 3) + "...";
  }
}
