package io.pigpig.perf.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The Idempotency-Keys of a run: the second it began, its name, and a number that counts up, so
 * that they are in order of time and no two runs share one.
 */
public final class OrderKeys {

  /** Digits of the number. */
  public static final int DIGITS = 12;

  private static final long NUMBER_MAX = 999_999_999_999L;

  private final long startSecond;
  private final String run;
  private final String prefix;

  /**
   * @param startSecond since 1970, written with ten digits
   */
  public OrderKeys(long startSecond, String run) {
    Checks.range("startSecond", startSecond, 0, 9_999_999_999L);
    Checks.text("run", run, "[A-Za-z0-9_-]{1,40}");
    this.startSecond = startSecond;
    this.run = run;
    this.prefix = String.format(Locale.ROOT, "%010d-%s-", startSecond, run);
  }

  long startSecond() {
    return startSecond;
  }

  String run() {
    return run;
  }

  /** The key of a number from 1 on. */
  public String key(long number) {
    return prefix + digits(number);
  }

  /** What the digits follow. */
  public String prefix() {
    return prefix;
  }

  /** Those of a key, which are all of it that changes from order to order. */
  public static String digits(long number) {
    byte[] digits = new byte[DIGITS];
    putDigits(number, digits);
    return new String(digits, StandardCharsets.US_ASCII);
  }

  /** The same into room for them. */
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
