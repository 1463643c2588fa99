package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.flow.Item;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the generator wants to know of a JSON answer, found without parsing all of it.
 *
 * <p>The bytes of a quoted name occur in JSON only as that name or as a string that is the same: a
 * quote inside a string has a backslash in front, and so has no quote behind the name. The colon
 * tells the name.
 */
final class AnswerJson {

  private static final byte[] ORDER_ID = "\"orderId\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CODE = "\"code\"".getBytes(StandardCharsets.US_ASCII);
  private static final int UUID_LENGTH = 36;

  private AnswerJson() {}

  /** Tells an item how it was answered: 2xx is yes, everything else is no. */
  static void tell(Item item, int status, byte[] body, int length) {
    if (status >= 200 && status < 300) {
      item.accept(orderId(body, length));
    } else {
      item.refuse(code(status, body, length));
    }
  }

  static @Nullable UUID orderId(byte[] body, int length) {
    int from = stringAt(body, length, ORDER_ID);
    return from >= 0 && quoteAt(body, from, length) == from + UUID_LENGTH ? uuid(body, from) : null;
  }

  static String code(int status, byte[] body, int length) {
    int from = stringAt(body, length, CODE);
    int to = from < 0 ? from : quoteAt(body, from, length);
    return to <= from
        ? "HTTP_" + status
        : new String(body, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Null where it is none. */
  static @Nullable UUID uuid(String text) {
    return text.length() == UUID_LENGTH
        ? uuid(text.getBytes(StandardCharsets.ISO_8859_1), 0)
        : null;
  }

  /** Of 36 bytes, without a string of them. */
  private static @Nullable UUID uuid(byte[] text, int from) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      byte character = text[from + i];
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (character != '-') {
          return null;
        }
      } else {
        int digit = Character.digit(character, 16);
        if (digit < 0) {
          return null;
        }
        high = high << 4 | low >>> 60;
        low = low << 4 | digit;
      }
    }
    return new UUID(high, low);
  }

  /** Where the string under a quoted name begins; -1 where there is none. */
  private static int stringAt(byte[] body, int length, byte[] name) {
    for (int at = find(body, 0, length, name); at >= 0; at = find(body, at, length, name)) {
      at = pastSpace(body, at + name.length, length);
      if (at < length && body[at] == ':') {
        int from = pastSpace(body, at + 1, length);
        return from < length && body[from] == '"' ? from + 1 : -1;
      }
    }
    return -1;
  }

  private static int find(byte[] body, int from, int length, byte[] name) {
    for (int i = from; i <= length - name.length; i++) {
      if (body[i] == name[0] && matches(body, i, name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] body, int at, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      if (body[at + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static int pastSpace(byte[] body, int from, int length) {
    int at = from;
    while (at < length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r')) {
      at++;
    }
    return at;
  }

  private static int quoteAt(byte[] body, int from, int length) {
    for (int i = from; i < length; i++) {
      if (body[i] == '"') {
        return i;
      }
    }
    return -1;
  }
}
