package io.pigpig.perf.load;

import java.nio.charset.StandardCharsets;

/**
 * The Idempotency-Keys of a run: the second it began, its name, and a number that counts up, so
 * that they are in order of time and no two runs share one.
 *
 * @param startSecond since 1970, written with ten digits
 */
public record OrderKeys(long startSecond, String run) {

  /** Digits of the number. */
  public static final int DIGITS = 12;

  private static final long NUMBER_MAX = 999_999_999_999L;

  public OrderKeys {
    Checks.range("startSecond", startSecond, 0, 9_999_999_999L);
    Checks.text("run", run, "[A-Za-z0-9_-]{1,40}");
  }

  /** The key of a number from 1 on. */
  public String key(long number) {
    byte[] digits = new byte[DIGITS];
    putDigits(number, digits);
    return prefix() + new String(digits, StandardCharsets.US_ASCII);
  }

  /** What the digits follow. */
  public String prefix() {
    return String.format("%010d-%s-", startSecond, run);
  }

  /** Writes the digits of a key, which are all of it that changes from order to order. */
  public static void putDigits(long number, byte[] digits) {
    if (number < 1 || number > NUMBER_MAX) {
      throw Checks.wrong("number", number, "1 to " + NUMBER_MAX);
    }
    long rest = number;
    for (int i = DIGITS - 1; i >= 0; i--) {
      digits[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
