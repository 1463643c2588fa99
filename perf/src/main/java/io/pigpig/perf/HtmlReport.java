package io.pigpig.perf;

import java.util.List;
import java.util.Locale;

/** A report as one self-contained page: no script, no file beside it, every text escaped. */
final class HtmlReport {

  private static final int BAR_WIDTH = 420;
  private static final int BAR_STEP = 30;
  private static final int LABEL_WIDTH = 200;
  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:60rem;
      margin:2rem auto;padding:0 1rem}
      table{border-collapse:collapse;margin:.5rem 0 1.5rem}
      th,td{border-bottom:1px solid #ddd;padding:.3rem .8rem;text-align:left}
      .ok{color:#176b37}.bad{color:#a40000}.where{color:#666}
      """;

  private HtmlReport() {}

  static String render(Report report) {
    StringBuilder page = new StringBuilder(8_192);
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
        .append(escaped(report.scenario()))
        .append("</title><style>")
        .append(STYLE)
        .append("</style><h1>")
        .append(escaped(report.scenario()))
        .append("</h1>");
    appendWhere(page, report.machine());
    appendVerdict(page, report);
    report.charts().forEach(chart -> appendBars(page, chart));
    report.tables().forEach(table -> appendTable(page, table));
    return page.append("</html>\n").toString();
  }

  private static void appendWhere(StringBuilder page, Machine machine) {
    page.append("<p class=\"where\">")
        .append(escaped(machine.cpuModel() + ", " + machine.cores() + " cores, Linux "))
        .append(escaped(machine.kernel() + ", commit " + machine.commit() + ", " + machine.at()))
        .append("</p>");
  }

  private static void appendVerdict(StringBuilder page, Report report) {
    if (report.ok()) {
      page.append("<p class=\"ok\">Every promise held.</p>");
      return;
    }
    page.append("<ul class=\"bad\">");
    report.violations().forEach(v -> page.append("<li>").append(escaped(v)).append("</li>"));
    page.append("</ul>");
  }

  private static void appendBars(StringBuilder page, Report.Bars chart) {
    double most = chart.bars().stream().mapToDouble(Report.Bar::value).max().orElse(0);
    page.append("<h2>").append(escaped(chart.title())).append("</h2>");
    page.append(
        "<svg role=\"img\" width=\"%d\" height=\"%d\" font-size=\"14\">"
            .formatted(LABEL_WIDTH + BAR_WIDTH + 140, chart.bars().size() * BAR_STEP));
    int y = 0;
    for (Report.Bar bar : chart.bars()) {
      long width = most == 0 ? 0 : Math.round(bar.value() / most * BAR_WIDTH);
      page.append("<text x=\"0\" y=\"%d\">%s</text>".formatted(y + 18, escaped(bar.label())))
          .append(
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\" fill=\"#4477aa\"/>"
                  .formatted(LABEL_WIDTH, y + 3, width))
          .append(
              "<text x=\"%d\" y=\"%d\">%s</text>"
                  .formatted(LABEL_WIDTH + width + 6, y + 18, value(bar.value(), chart.unit())));
      y += BAR_STEP;
    }
    page.append("</svg>");
  }

  private static String value(double value, String unit) {
    return escaped(String.format(Locale.ROOT, "%,.1f %s", value, unit));
  }

  private static void appendTable(StringBuilder page, Report.Table table) {
    page.append("<h2>").append(escaped(table.title())).append("</h2><table>");
    appendCells(page, table.columns(), "th");
    table.rows().forEach(row -> appendCells(page, row, "td"));
    page.append("</table>");
  }

  private static void appendCells(StringBuilder page, List<String> cells, String tag) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append('<').append(tag).append('>').append(escaped(cell));
      page.append("</").append(tag).append('>');
    }
    page.append("</tr>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
