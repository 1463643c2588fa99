package io.pigpig.perf;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A report as text for the terminal, as JSON, and as files in the reports folder. */
final class ReportFiles {

  private ReportFiles() {}

  /** Writes {@code SCENARIO.json} and {@code SCENARIO.html}; answers the page's path. */
  static Path write(Report report, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(report.scenario() + ".json"), json(report).encodePrettily());
    return Files.writeString(
        folder.resolve(report.scenario() + ".html"), HtmlReport.render(report));
  }

  static JsonObject json(Report report) {
    Machine machine = report.machine();
    JsonArray tables = new JsonArray();
    for (Report.Table table : report.tables()) {
      JsonArray rows = new JsonArray();
      for (List<String> row : table.rows()) {
        JsonObject cells = new JsonObject();
        for (int i = 0; i < row.size(); i++) {
          cells.put(table.columns().get(i), row.get(i));
        }
        rows.add(cells);
      }
      tables.add(new JsonObject().put("title", table.title()).put("rows", rows));
    }
    return new JsonObject()
        .put("scenario", report.scenario())
        .put("ok", report.ok())
        .put("violations", new JsonArray(report.violations()))
        .put("at", machine.at().toString())
        .put("cpuModel", machine.cpuModel())
        .put("cores", machine.cores())
        .put("kernel", machine.kernel())
        .put("commit", machine.commit())
        .put("tables", tables);
  }

  /** Columns padded to their widest cell. */
  static String text(Report.Table table) {
    StringBuilder text = new StringBuilder(table.title()).append('\n');
    appendRow(text, table, table.columns());
    for (List<String> row : table.rows()) {
      appendRow(text, table, row);
    }
    return text.toString();
  }

  private static void appendRow(StringBuilder text, Report.Table table, List<String> row) {
    for (int i = 0; i < row.size(); i++) {
      text.append("  ")
          .append(row.get(i))
          .append(" ".repeat(width(table, i) - row.get(i).length()));
    }
    text.append('\n');
  }

  private static int width(Report.Table table, int column) {
    int width = table.columns().get(column).length();
    for (List<String> row : table.rows()) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }
}
