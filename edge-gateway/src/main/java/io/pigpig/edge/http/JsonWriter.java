package io.pigpig.edge.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON by hand into one text. The caller keeps the grammar; this keeps commas and escapes.
 * Not thread-safe.
 */
final class JsonWriter {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out;
  private boolean first = true;

  JsonWriter(int capacity) {
    out = new StringBuilder(capacity);
  }

  JsonWriter object() {
    comma();
    out.append('{');
    first = true;
    return this;
  }

  JsonWriter endObject() {
    out.append('}');
    first = false;
    return this;
  }

  JsonWriter array() {
    comma();
    out.append('[');
    first = true;
    return this;
  }

  JsonWriter endArray() {
    out.append(']');
    first = false;
    return this;
  }

  /** A field's name; its value comes next. Names are our own and need no escape. */
  JsonWriter name(String name) {
    comma();
    out.append('"').append(name).append("\":");
    first = true;
    return this;
  }

  JsonWriter field(String name, @Nullable String value) {
    return name(name).value(value);
  }

  JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  JsonWriter field(String name, boolean value) {
    name(name);
    out.append(value);
    first = false;
    return this;
  }

  JsonWriter value(long value) {
    comma();
    out.append(value);
    return this;
  }

  JsonWriter value(@Nullable String value) {
    comma();
    if (value == null) {
      out.append("null");
      return this;
    }
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      escaped(value.charAt(i));
    }
    out.append('"');
    return this;
  }

  private void escaped(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
          out.append("\\u").append(HEX[c >> 12]).append(HEX[(c >> 8) & 15]);
          out.append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
        } else {
          out.append(c);
        }
      }
    }
  }

  private void comma() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  /** One line of NDJSON is ended and the next begins. */
  JsonWriter newLine() {
    out.append('\n');
    first = true;
    return this;
  }

  Buffer toBuffer() {
    return Buffer.buffer(out.toString());
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
