package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Where;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a scenario without a load generator found: tables, bars, and every violation in one sentence
 * each.
 *
 * @param violations empty when all promises held
 */
public record Findings(
    String name, Where where, List<Table> tables, List<Bars> charts, List<String> violations)
    implements Report {

  /** One horizontal bar. */
  public record Bar(String label, double value) {
    public Bar {
      if (value < 0) {
        throw new IllegalArgumentException(label + " is negative: " + value);
      }
    }
  }

  /** Bars with one unit. */
  public record Bars(String title, String unit, List<Bar> bars) {
    public Bars {
      bars = List.copyOf(bars);
    }
  }

  public Findings {
    tables = List.copyOf(tables);
    charts = List.copyOf(charts);
    violations = List.copyOf(violations);
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .put("scenario", name)
        .put("ok", ok())
        .put("violations", new JsonArray(violations))
        .put("where", RunRecordJson.write(where))
        .put("tables", RunRecordJson.array(tables, Findings::write));
  }

  private static JsonObject write(Table table) {
    JsonArray rows = new JsonArray();
    for (List<String> row : table.rows()) {
      JsonObject cells = new JsonObject();
      for (int i = 0; i < row.size(); i++) {
        cells.put(table.columns().get(i), row.get(i));
      }
      rows.add(cells);
    }
    return new JsonObject().put("title", table.title()).put("rows", rows);
  }

  @Override
  public String html() {
    HtmlPage page = new HtmlPage(name);
    page.heading(name, "");
    page.where(where);
    page.verdict(violations, "");
    for (Bars chart : charts) {
      page.section(chart.title(), "");
      BarRows.write(page.markup(), chart);
    }
    for (Table table : tables) {
      page.section(table.title(), "");
      page.table(table);
    }
    return page.finish();
  }
}
