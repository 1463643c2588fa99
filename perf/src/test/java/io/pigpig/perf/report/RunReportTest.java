package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class RunReportTest {

  @Test
  void pageIsWellFormedWithEveryPlot() throws Exception {
    Document page = Pages.parse(SyntheticRun.report(SyntheticRun.of(5, 60)).html());

    assertThat(page.getElementsByTagName("figcaption").getLength())
        .as("2 distributions, 5 plots of each side, 2 of the generator, the ratios")
        .isEqualTo(2 + 5 * 2 + 2 + 1);
  }

  @Test
  void pageNeedsNothingBesideIt() {
    assertThat(SyntheticRun.report(SyntheticRun.of(2, 3)).html())
        .doesNotContain("<script", "src=", "href=", "url(", "@import");
  }

  @Test
  void pageOfHostileTextsIsWellFormedAndQuotesThem() throws Exception {
    RunReport report = SyntheticRun.report(SyntheticRun.awkward());

    Document page = Pages.parse(report.html());

    assertThat(page.getDocumentElement().getTextContent())
        .contains("LOST: order <7> \uFFFD & \"more\"", "kill -9 of <order-0> & its friends");
  }

  @Test
  void verdictIsGreenOnlyWithoutViolations() {
    String kept = SyntheticRun.report(SyntheticRun.of(1, 2)).html();
    String broken = SyntheticRun.report(SyntheticRun.awkward()).html();

    assertThat(kept).contains("Every promise held.", "banner ok").doesNotContain("banner bad");
    assertThat(broken).contains("Promises are broken", "banner bad").doesNotContain("banner ok");
  }

  @Test
  void lateGeneratorIsSaidAtTheTop() {
    assertThat(SyntheticRun.report(SyntheticRun.awkward()).html())
        .contains("The generator itself was late in 1 of 1 rounds");
    assertThat(SyntheticRun.report(SyntheticRun.of(1, 2)).html())
        .contains("It kept its schedule")
        .doesNotContain("The generator itself was late");
  }

  @Test
  void severalSidesAreEachComparedWithTheLast() throws Exception {
    RunReport report = SyntheticRun.report(SyntheticRun.loads());

    assertThat(report.tables().get(1).columns())
        .endsWith("load 70 %", "load 150 % / load 70 %", "load 300 % / load 70 %");
    assertThat(report.notes()).anyMatch(note -> note.contains("fewer than 5 rounds"));
    Pages.parse(report.html());
  }

  @Test
  void figuresStandBesideTheirGoals() {
    String page = SyntheticRun.report(SyntheticRun.of(1, 2)).html();

    assertThat(page).contains("3 of 4 goals reached.", "at most 1.25", "missed", "at most 5 ms");
  }

  @Test
  void whatCouldNotBeMeasuredHasNeitherReachedNorMissedItsGoal() {
    RunRecord run = SyntheticRun.of(1, 2);
    RunRecord open =
        new RunRecord(
            run.scenario(),
            run.about(),
            run.where(),
            run.legs(),
            List.of(new RunRecord.Figure("gc", Double.NaN, "%", RunRecord.Sense.AT_MOST, 3)),
            run.violations());

    assertThat(SyntheticRun.report(open).html())
        .contains("0 of 1 goals reached, 1 not measured.")
        .doesNotContain(">missed<", ">reached<");
    assertThat(SyntheticRun.report(open).tables().getFirst().text())
        .contains("not measured")
        .doesNotContain("missed");
  }

  @Test
  void runWithoutLegsIsAPageToo() throws Exception {
    RunRecord run = SyntheticRun.of(1, 2);
    RunRecord bare =
        new RunRecord(
            run.scenario(), run.about(), run.where(), List.of(), run.figures(), run.violations());

    assertThat(
            Pages.parse(SyntheticRun.report(bare).html()).getElementsByTagName("svg").getLength())
        .isZero();
    assertThat(SyntheticRun.report(bare).tables()).hasSize(1);
  }

  @Test
  void terminalGetsMediansAndVerdicts() {
    assertThat(SyntheticRun.report(SyntheticRun.of(5, 3)).tables())
        .extracting(Table::title)
        .containsExactly(
            "Figures",
            "What clients saw, medians",
            "Cost of a durable order, medians",
            "The generator, medians");
    assertThat(SyntheticRun.report(SyntheticRun.of(5, 3)).tables().get(2).text())
        .contains("CPU of all servers", "role all / bare path", "worse");
  }
}
