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
    String text = text(body, length, ORDER_ID);
    return text == null ? null : uuid(text);
  }

  static String code(int status, byte[] body, int length) {
    String code = text(body, length, CODE);
    return code == null || code.isEmpty() ? "HTTP_" + status : code;
  }

  /** Null where it is none. */
  static @Nullable UUID uuid(String text) {
    try {
      return text.length() == UUID_LENGTH ? UUID.fromString(text) : null;
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }

  /** The string under a quoted name, or null. */
  private static @Nullable String text(byte[] body, int length, byte[] name) {
    for (int at = find(body, 0, length, name); at >= 0; at = find(body, at, length, name)) {
      at = pastSpace(body, at + name.length, length);
      if (at < length && body[at] == ':') {
        int from = pastSpace(body, at + 1, length);
        return from < length && body[from] == '"' ? untilQuote(body, from + 1, length) : null;
      }
    }
    return null;
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

  private static @Nullable String untilQuote(byte[] body, int from, int length) {
    for (int i = from; i < length; i++) {
      if (body[i] == '"') {
        return new String(body, from, i - from, StandardCharsets.ISO_8859_1);
      }
    }
    return null;
  }
}
