package io.pigpig.perf.report.plot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * XHTML under construction: what is opened is closed, and every text and attribute is escaped, so
 * that the result is well formed whatever it quotes.
 */
public final class Markup {

  private final StringBuilder text = new StringBuilder(65_536);
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; a double is written with one decimal
   */
  public Markup open(String tag, Object... attributes) {
    begin(tag, attributes);
    text.append('>');
    open.push(tag);
    return this;
  }

  /** Ends the element begun last. */
  public Markup close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element with nothing in it; of HTML's own elements only those that never have content. */
  public Markup empty(String tag, Object... attributes) {
    begin(tag, attributes);
    text.append("/>");
    return this;
  }

  /** An element with a text in it. */
  public Markup element(String tag, String content, Object... attributes) {
    return open(tag, attributes).text(content).close();
  }

  public Markup text(String content) {
    append(content);
    return this;
  }

  /** The finished text. Throws IllegalStateException when an element is still open. */
  public String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return text.toString();
  }

  /** A coordinate: a tenth of a pixel is as fine as anybody sees. */
  static String coordinate(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0
        ? Long.toString(tenths / 10)
        : String.format(Locale.ROOT, "%.1f", tenths / 10.0);
  }

  private void begin(String tag, Object... attributes) {
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      Object value = attributes[i + 1];
      append(value instanceof Double number ? coordinate(number) : value.toString());
      text.append('"');
    }
  }

  private void append(String content) {
    content.codePoints().forEach(this::append);
  }

  private void append(int character) {
    switch (character) {
      case '&' -> text.append("&amp;");
      case '<' -> text.append("&lt;");
      case '>' -> text.append("&gt;");
      case '"' -> text.append("&quot;");
      default -> text.appendCodePoint(isXml(character) ? character : '\uFFFD');
    }
  }

  /** Answers of a server may quote anything, XML may not. */
  private static boolean isXml(int character) {
    return character >= ' '
        ? character < 0xD800 || (character > 0xDFFF && character < 0xFFFE) || character > 0xFFFF
        : character == '\n' || character == '\t' || character == '\r';
  }
}
