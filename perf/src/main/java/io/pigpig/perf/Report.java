package io.pigpig.perf;

import java.util.List;

/**
 * What a scenario found: tables, bars, and every violation in one sentence each.
 *
 * @param violations empty when all promises held
 */
record Report(
    String scenario,
    Machine machine,
    List<Table> tables,
    List<Bars> charts,
    List<String> violations) {

  /** Rows of cells under named columns, all rows as wide as the header. */
  record Table(String title, List<String> columns, List<List<String>> rows) {
    Table {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
      for (List<String> row : rows) {
        if (row.size() != columns.size()) {
          throw new IllegalArgumentException(title + ": row " + row + " under " + columns);
        }
      }
    }
  }

  /** One horizontal bar. */
  record Bar(String label, double value) {
    Bar {
      if (value < 0) {
        throw new IllegalArgumentException(label + " is negative: " + value);
      }
    }
  }

  /** Bars with one unit. */
  record Bars(String title, String unit, List<Bar> bars) {
    Bars {
      bars = List.copyOf(bars);
    }
  }

  Report {
    tables = List.copyOf(tables);
    charts = List.copyOf(charts);
    violations = List.copyOf(violations);
  }

  boolean ok() {
    return violations.isEmpty();
  }
}
