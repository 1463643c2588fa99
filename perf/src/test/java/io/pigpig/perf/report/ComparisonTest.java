package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.report.Compared.Verdict;
import io.pigpig.perf.report.Comparison.Sample;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecord.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ComparisonTest {

  @Test
  void sidesOfOneRunInTurnArePairs() {
    RunRecord run = SyntheticRun.of(5, 4);

    Comparison comparison = Comparison.of(sample(run, "bare path"), sample(run, "role all"));

    assertThat(comparison.pairs()).isTrue();
    assertThat(comparison.notes()).isEmpty();
    assertThat(verdict(comparison, "cpu")).isEqualTo(Verdict.WORSE);
    assertThat(comparison.figure("cpu").orElseThrow().ratio()).isBetween(1.7, 2.3);
  }

  @Test
  void sidesThatRanOneAfterTheOtherAreNoPairs() {
    RunRecord run = SyntheticRun.of(5, 4);
    List<Leg> oneAfterTheOther = new ArrayList<>(run.legs());
    oneAfterTheOther.sort(Comparator.comparing(Leg::side));
    RunRecord blocks =
        new RunRecord(
            run.scenario(), run.about(), run.where(), oneAfterTheOther, List.of(), List.of());

    Comparison comparison = Comparison.of(sample(blocks, "bare path"), sample(blocks, "role all"));

    assertThat(comparison.pairs()).isFalse();
    assertThat(comparison.notes()).singleElement().asString().contains("did not run in turn");
  }

  @Test
  void roundsOfTwoRunsSayThatTheyDidNotRunInTurn() {
    Comparison comparison =
        Comparison.of(
            sample(SyntheticRun.slower(1, 1), "role all"),
            sample(SyntheticRun.slower(1.2, 2), "role all"));

    assertThat(comparison.notes()).singleElement().asString().contains("did not run in turn");
    assertThat(verdict(comparison, "cpu")).isEqualTo(Verdict.WORSE);
    assertThat(verdict(comparison, "orders")).isEqualTo(Verdict.NO_DIFFERENCE);
  }

  @Test
  void runsOfDifferentMachinesSaySo() {
    RunRecord run = SyntheticRun.of(1, 2);
    Where where = run.where();
    Where other = new Where("another", 64, where.kernel(), where.jdk(), where.commit(), 0);
    RunRecord elsewhere =
        new RunRecord(run.scenario(), "", other, run.legs(), List.of(), List.of());

    assertThat(Comparison.of(sample(run, "role all"), sample(elsewhere, "role all")).notes())
        .anyMatch(note -> note.contains("different machines"))
        .anyMatch(note -> note.contains("fewer than 5 rounds"));
  }

  @Test
  void unknownSideIsRefusedWithThoseThatAre() {
    RunRecord run = SyntheticRun.of(1, 2);

    assertThatThrownBy(() -> Comparison.of(sample(run, "bare"), sample(run, "role all")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("peak-with-outage has no side bare, only [role all, bare path]");
  }

  @Test
  void gatedFigureThatIsWorseIsAViolation() {
    ComparisonReport report = report(List.of("cpu", "orders"));

    assertThat(report.ok()).isFalse();
    assertThat(report.violations())
        .singleElement()
        .asString()
        .startsWith("CPU of all servers is worse: ");
    assertThat(report.json().getBoolean("ok")).isFalse();
  }

  @Test
  void figureThatIsNotGatedMayBeWorse() {
    assertThat(report(List.of("orders")).ok()).isTrue();
    assertThat(report(List.of()).ok()).isTrue();
  }

  @Test
  void gatedFigureThatCannotBeDecidedIsNotedAndStopsNobody() {
    RunRecord run = SyntheticRun.of(2, 2);
    Comparison comparison = Comparison.of(sample(run, "bare path"), sample(run, "role all"));

    ComparisonReport report =
        new ComparisonReport(comparison, run.where(), run.where(), List.of("cpu"));

    assertThat(report.ok()).isTrue();
    assertThat(report.notes())
        .contains("CPU of all servers is gated and not decided: too few rounds.");
    assertThat(report.html()).doesNotContain("banner ok");
  }

  @Test
  void gateOnAFigureThatIsNoneIsRefused() {
    assertThatThrownBy(() -> report(List.of("speed")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no figure speed to gate; there are [orders, accepted, p50");
  }

  @Test
  void pageIsWellFormedAndShowsEveryRatio() throws Exception {
    Document page = Pages.parse(report(List.of("cpu")).html());

    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(1);
    assertThat(page.getDocumentElement().getTextContent())
        .contains("Worse beyond noise", "did not run in turn", "latency p99.9");
  }

  private static ComparisonReport report(List<String> gates) {
    RunRecord before = SyntheticRun.slower(1, 1);
    RunRecord after = SyntheticRun.slower(1.2, 2);
    Comparison comparison = Comparison.of(sample(before, "role all"), sample(after, "role all"));
    return new ComparisonReport(comparison, before.where(), after.where(), gates);
  }

  private static Sample sample(RunRecord run, String side) {
    return new Sample(run, side, side);
  }

  private static Verdict verdict(Comparison comparison, String key) {
    return comparison.figure(key).orElseThrow().verdict();
  }
}
