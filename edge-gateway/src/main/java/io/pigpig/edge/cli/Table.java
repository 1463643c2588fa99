package io.pigpig.edge.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Rows of words under a heading, each column as wide as its widest word; numbers to the right. */
public final class Table {

  private static final String BETWEEN = "  ";
  private static final Pattern NUMBER = Pattern.compile("\\d+|-");

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  public Table(String... heading) {
    columns = heading.length;
    rows.add(List.of(heading));
  }

  /** Adds a row, which must have as many words as the heading. */
  public Table row(String... words) {
    if (words.length != columns) {
      throw new IllegalArgumentException(words.length + " words for " + columns + " columns");
    }
    rows.add(List.of(words));
    return this;
  }

  /** A port, or a dash for none. */
  public static String port(int port) {
    return port == 0 ? "-" : Integer.toString(port);
  }

  /** Its lines, each after {@code indent}. */
  public String text(String indent) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < columns; i++) {
        int pad = width(i) - row.get(i).length();
        boolean right = isOfNumbers(i);
        line.append(right ? " ".repeat(pad) : "").append(row.get(i));
        line.append(right ? "" : " ".repeat(pad)).append(BETWEEN);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isOfNumbers(int column) {
    return rows.stream().skip(1).allMatch(row -> NUMBER.matcher(row.get(column)).matches());
  }
}
