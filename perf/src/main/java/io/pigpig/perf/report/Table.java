package io.pigpig.perf.report;

import java.util.List;

/** Rows of cells under named columns, all rows as wide as the header. */
public record Table(String title, List<String> columns, List<List<String>> rows) {

  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(title + ": row " + row + " under " + columns);
      }
    }
  }

  /** Columns padded to their widest cell. */
  public String text() {
    StringBuilder text = new StringBuilder(title).append('\n');
    appendRow(text, columns);
    for (List<String> row : rows) {
      appendRow(text, row);
    }
    return text.toString();
  }

  private void appendRow(StringBuilder text, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append("  ").append(row.get(i)).append(" ".repeat(width(i) - row.get(i).length()));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    int width = columns.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }
}
