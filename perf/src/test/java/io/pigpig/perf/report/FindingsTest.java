package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.report.Findings.Bar;
import io.pigpig.perf.report.Findings.Bars;
import io.pigpig.perf.report.RunRecord.Where;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsTest {

  private static final Where WHERE = new Where("EPYC <1>", 2, "6.1", "25", "abc", 0);

  @Test
  void pageIsSelfContainedAndEscaped() throws Exception {
    String page = findings(List.of("lost: <order>")).html();

    assertThat(page).contains("lost: &lt;order&gt;", "EPYC &lt;1&gt;", "TEE &amp; CO");
    assertThat(page).doesNotContain("<script", "src=", "href=");
    assertThat(Pages.parse(page).getElementsByTagName("li").getLength()).isEqualTo(1);
  }

  @Test
  void longestBarFillsTheTrack() {
    assertThat(findings(List.of()).html()).contains("width:100.00%", "width:50.00%");
  }

  @Test
  void tableIsPaddedToItsWidestCell() {
    assertThat(findings(List.of()).tables().getFirst().text())
        .isEqualTo("Answers\n  sku       n\n  TEE & CO  1\n");
  }

  @Test
  void rowOfAnotherWidthIsRefused() {
    assertThatThrownBy(() -> new Table("t", List.of("a", "b"), List.of(List.of("1"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void newestRunHasThePlainNameAndEarlierOnesAreKept(@TempDir Path folder) throws Exception {
    Path reports = folder.resolve("reports");
    ReportFiles.write(findings(List.of("lost")), reports, Instant.parse("2026-01-02T03:04:05Z"));
    Path kept =
        ReportFiles.write(findings(List.of()), reports, Instant.parse("2026-01-03T00:00:00.9Z"));

    assertThat(kept).hasFileName("replay-20260103T000000Z.html").exists();
    try (var files = Files.list(reports)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "replay.html",
              "replay.json",
              "replay-20260102T030405Z.html",
              "replay-20260102T030405Z.json",
              "replay-20260103T000000Z.html",
              "replay-20260103T000000Z.json");
    }
    assertThat(Files.readString(reports.resolve("replay.json")))
        .contains("\"ok\" : true", "\"commit\" : \"abc\"");
    assertThat(Files.readString(reports.resolve("replay-20260102T030405Z.json")))
        .contains("\"ok\" : false");
  }

  private static Findings findings(List<String> violations) {
    Table table = new Table("Answers", List.of("sku", "n"), List.of(List.of("TEE & CO", "1")));
    Bars bars = new Bars("Rate", "orders/s", List.of(new Bar("a", 100), new Bar("b", 50)));
    return new Findings("replay", WHERE, List.of(table), List.of(bars), violations);
  }
}
