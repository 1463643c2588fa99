package io.pigpig.perf.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.report.plot.MarkLanes.Label;
import io.pigpig.perf.report.plot.Plot.Mark;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkLanesTest {

  private static final Scale MINUTE = LinearScale.endingAt(60);
  private static final double WIDTH = 500;

  @Test
  void labelsThatAreFarApartShareALane() {
    MarkLanes lanes = of(new Mark(5, "stop"), new Mark(40, "go"));

    assertThat(lanes.lanes()).isEqualTo(1);
    assertThat(lanes.numbered()).isFalse();
  }

  @Test
  void labelsThatWouldMeetGetLanesOfTheirOwn() {
    MarkLanes lanes = of(new Mark(30, "kill -9 of redis"), new Mark(31, "kill -9 of postgres"));

    assertThat(lanes.lanes()).isEqualTo(2);
    assertNoneCoversAnother(lanes);
  }

  @Test
  void labelAtTheEndStandsLeftOfItsLine() {
    Label label = of(new Mark(59, "the generator ends")).labels().getFirst();

    assertThat(label.leftOfLine()).isTrue();
    assertThat(label.right()).isLessThanOrEqualTo(WIDTH);
  }

  @Test
  void labelsWithoutRoomBecomeNumbers() {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      marks.add(new Mark(3 * i, "kill -9 of something with a long name " + i));
    }

    MarkLanes lanes = MarkLanes.of(marks, MINUTE, WIDTH);

    assertThat(lanes.numbered()).isTrue();
    assertThat(lanes.labels()).extracting(Label::text).contains("1", "20").doesNotContain("");
    assertNoneCoversAnother(lanes);
  }

  @Test
  void moreMarksThanThereIsRoomForKeepTheirLines() {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      marks.add(new Mark(30, "again"));
    }

    MarkLanes lanes = MarkLanes.of(marks, MINUTE, WIDTH);

    assertThat(lanes.labels()).hasSize(200);
    assertThat(lanes.lanes()).isEqualTo(MarkLanes.LANES_MAX);
  }

  @Test
  void plotWithoutMarksHasNoLanes() {
    assertThat(of().lanes()).isZero();
  }

  private static MarkLanes of(Mark... marks) {
    return MarkLanes.of(List.of(marks), MINUTE, WIDTH);
  }

  private static void assertNoneCoversAnother(MarkLanes lanes) {
    for (Label one : lanes.labels()) {
      for (Label other : lanes.labels()) {
        if (!one.equals(other) && one.lane() == other.lane()) {
          assertThat(one.right() < other.left() || other.right() < one.left())
              .as("%s beside %s", one, other)
              .isTrue();
        }
      }
    }
  }
}
