package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final Machine MACHINE = new Machine("EPYC <1>", 2, "6.1", "abc", Instant.EPOCH);

  @Test
  void pageIsSelfContainedAndEscaped() {
    String page = HtmlReport.render(report(List.of("lost: <order>")));

    assertThat(page).contains("lost: &lt;order&gt;", "EPYC &lt;1&gt;", "<svg", "TEE &amp; CO");
    assertThat(page).doesNotContain("<script", "src=", "href=");
  }

  @Test
  void longestBarFillsTheWidth() {
    assertThat(HtmlReport.render(report(List.of()))).contains("width=\"420\"", "width=\"210\"");
  }

  @Test
  void bothFilesAreWritten(@TempDir Path folder) throws Exception {
    Path page = ReportFiles.write(report(List.of()), folder.resolve("reports"));

    assertThat(page).exists();
    assertThat(Files.readString(folder.resolve("reports/replay.json")))
        .contains("\"ok\" : true", "\"commit\" : \"abc\"");
  }

  @Test
  void tableIsPaddedToItsWidestCell() {
    assertThat(ReportFiles.text(report(List.of()).tables().getFirst()))
        .isEqualTo("Answers\n  sku       n\n  TEE & CO  1\n");
  }

  @Test
  void rowOfAnotherWidthIsRefused() {
    assertThatThrownBy(() -> new Report.Table("t", List.of("a", "b"), List.of(List.of("1"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Report report(List<String> violations) {
    Report.Table table =
        new Report.Table("Answers", List.of("sku", "n"), List.of(List.of("TEE & CO", "1")));
    Report.Bars bars =
        new Report.Bars(
            "Rate", "orders/s", List.of(new Report.Bar("a", 100), new Report.Bar("b", 50)));
    return new Report("replay", MACHINE, List.of(table), List.of(bars), violations);
  }
}
