package io.pigpig.order;

import io.pigpig.runtime.Principal;
import java.util.List;

/**
 * One request to place an order.
 *
 * @param key the client's Idempotency-Key, 16 to 64 characters of {@code [A-Za-z0-9_-]}
 * @param lines 1 to 50 lines
 * @param deadlineNanos of the process's ticker; past it the caller is no longer waiting
 */
public record PlaceOrder(
    Principal principal, String key, List<RequestedLine> lines, long deadlineNanos) {

  public static final int LINES_MAX = 50;
  public static final int KEY_LENGTH_MIN = 16;
  public static final int KEY_LENGTH_MAX = 64;

  public PlaceOrder {
    if (!isValidKey(key)) {
      throw new IllegalArgumentException(
          "key must be 16 to 64 characters of [A-Za-z0-9_-]: " + key);
    }
    if (lines.isEmpty() || lines.size() > LINES_MAX) {
      throw new IllegalArgumentException("an order has 1 to 50 lines: " + lines.size());
    }
  }

  /** Whether {@code key} has the form of an Idempotency-Key. */
  public static boolean isValidKey(String key) {
    int length = key.length();
    if (length < KEY_LENGTH_MIN || length > KEY_LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = key.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }
}
