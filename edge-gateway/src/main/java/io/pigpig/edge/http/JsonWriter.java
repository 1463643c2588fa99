package io.pigpig.edge.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON by hand, as the bytes in UTF-8 that are sent. The caller keeps the grammar; this
 * keeps commas and escapes. Not thread-safe.
 */
final class JsonWriter {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** The longest escape of one character, and the longest number. */
  private static final int ESCAPE_BYTES = 6;

  private static final int NUMBER_BYTES = 20;
  private static final int UUID_BYTES = 36;
  private static final int INSTANT_BYTES = 24;
  private static final int SECONDS_A_DAY = 86_400;

  private byte[] out;
  private int length;
  private boolean first = true;

  JsonWriter(int capacity) {
    out = new byte[capacity];
  }

  JsonWriter object() {
    comma();
    raw('{');
    first = true;
    return this;
  }

  JsonWriter endObject() {
    raw('}');
    first = false;
    return this;
  }

  JsonWriter array() {
    comma();
    raw('[');
    first = true;
    return this;
  }

  JsonWriter endArray() {
    raw(']');
    first = false;
    return this;
  }

  /** A field's name; its value comes next. Names are our own and need no escape. */
  JsonWriter name(String name) {
    comma();
    raw('"');
    raw(name);
    raw("\":");
    first = true;
    return this;
  }

  JsonWriter field(String name, @Nullable String value) {
    return name(name).value(value);
  }

  JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  JsonWriter field(String name, UUID value) {
    return name(name).value(value);
  }

  JsonWriter field(String name, Instant value) {
    return name(name).value(value);
  }

  JsonWriter field(String name, boolean value) {
    name(name);
    raw(Boolean.toString(value));
    first = false;
    return this;
  }

  JsonWriter value(long value) {
    comma();
    number(value);
    return this;
  }

  JsonWriter value(UUID value) {
    comma();
    reserve(UUID_BYTES + 2);
    out[length++] = '"';
    hex(value.getMostSignificantBits(), 60, 8);
    out[length++] = '-';
    hex(value.getMostSignificantBits(), 28, 4);
    out[length++] = '-';
    hex(value.getMostSignificantBits(), 12, 4);
    out[length++] = '-';
    hex(value.getLeastSignificantBits(), 60, 4);
    out[length++] = '-';
    hex(value.getLeastSignificantBits(), 44, 12);
    out[length++] = '"';
    return this;
  }

  /** RFC 3339 as {@code "2026-11-23T08:15:30.042Z"}: UTC, always three decimals. */
  JsonWriter value(Instant value) {
    comma();
    reserve(INSTANT_BYTES + 2);
    LocalDate day = LocalDate.ofInstant(value, ZoneOffset.UTC);
    int second = (int) Math.floorMod(value.getEpochSecond(), (long) SECONDS_A_DAY);
    out[length++] = '"';
    digits(day.getYear(), 4, '-');
    digits(day.getMonthValue(), 2, '-');
    digits(day.getDayOfMonth(), 2, 'T');
    digits(second / 3_600, 2, ':');
    digits(second / 60 % 60, 2, ':');
    digits(second % 60, 2, '.');
    digits(value.getNano() / 1_000_000, 3, 'Z');
    out[length++] = '"';
    return this;
  }

  /** So many digits of a number, leading zeros included, and what stands behind it. */
  private void digits(int number, int count, char behind) {
    int rest = number;
    for (int at = length + count - 1; at >= length; at--) {
      out[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
    out[length++] = (byte) behind;
  }

  JsonWriter value(@Nullable String value) {
    comma();
    if (value == null) {
      raw("null");
      return this;
    }
    reserve(value.length() + 2);
    out[length++] = '"';
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      reserve(ESCAPE_BYTES);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        out[length++] = (byte) c;
      } else if (c > 0x7f && !Character.isSurrogate(c)) {
        utf8(c);
      } else {
        escaped(c);
      }
    }
    raw('"');
    return this;
  }

  private void utf8(char c) {
    if (c < 0x800) {
      out[length++] = (byte) (0xC0 | (c >> 6));
    } else {
      out[length++] = (byte) (0xE0 | (c >> 12));
      out[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
    }
    out[length++] = (byte) (0x80 | (c & 0x3F));
  }

  private void escaped(char c) {
    out[length++] = '\\';
    switch (c) {
      case '"', '\\' -> out[length++] = (byte) c;
      case '\n' -> out[length++] = 'n';
      case '\r' -> out[length++] = 'r';
      case '\t' -> out[length++] = 't';
      default -> {
        out[length++] = 'u';
        hex(c, 12, 4);
      }
    }
  }

  /** Digits of {@code bits}, the first of them the four bits from {@code shift} on. */
  private void hex(long bits, int shift, int digits) {
    for (int i = 0; i < digits; i++) {
      out[length++] = HEX[(int) (bits >>> (shift - 4 * i)) & 15];
    }
  }

  private void number(long value) {
    if (value < 0) {
      // Rare, and the least of all has no positive.
      raw(Long.toString(value));
      return;
    }
    reserve(NUMBER_BYTES);
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    length += digits;
    long rest = value;
    for (int at = length - 1; at >= length - digits; at--) {
      out[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private void comma() {
    if (!first) {
      raw(',');
    }
    first = false;
  }

  private void raw(char c) {
    reserve(1);
    out[length++] = (byte) c;
  }

  /** Our own text, which is ASCII without anything to escape. */
  private void raw(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      out[length++] = (byte) text.charAt(i);
    }
  }

  private void reserve(int bytes) {
    if (out.length - length < bytes) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + bytes));
    }
  }

  /** One line of NDJSON is ended and the next begins. */
  JsonWriter newLine() {
    raw('\n');
    first = true;
    return this;
  }

  Buffer toBuffer() {
    return Buffer.buffer(length).appendBytes(out, 0, length);
  }

  @Override
  public String toString() {
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
