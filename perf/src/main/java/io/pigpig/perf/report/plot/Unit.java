package io.pigpig.perf.report.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** What numbers count, and how a reader wants them written. */
public enum Unit {
  /** Written as us, ms or s. */
  MICROS,
  /** Written as B, KiB, MiB or GiB. */
  BYTES,
  PER_SECOND,
  PERCENT,
  COUNT;

  /** Three digits that matter, or all before the point, with the unit; {@code -} for no number. */
  public String format(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    return switch (this) {
      case MICROS -> scaled(value, 1_000, "us", "ms", "s");
      case BYTES -> scaled(value, 1_024, "B", "KiB", "MiB", "GiB");
      case PER_SECOND -> number(value) + " /s";
      case PERCENT -> number(value) + " %";
      case COUNT -> number(value);
    };
  }

  /** A round number without the zeros that measured ones have: 20, not 20.0. */
  public static String round(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    BigDecimal exact = new BigDecimal(value).round(new MathContext(9)).stripTrailingZeros();
    return String.format(Locale.ROOT, "%,." + Math.max(0, exact.scale()) + "f", exact);
  }

  /** A round number of us, in us, ms or s. */
  public static String roundMicros(double value) {
    if (value >= 1e6) {
      return round(value / 1e6) + " s";
    }
    return value >= 1e3 ? round(value / 1e3) + " ms" : round(value) + " us";
  }

  /** In the largest unit that it reaches. */
  private static String scaled(double value, double factor, String... names) {
    double size = value;
    int name = 0;
    while (Math.abs(size) >= factor && name < names.length - 1) {
      size /= factor;
      name++;
    }
    return number(size) + " " + names[name];
  }

  /** Three digits that matter, or all before the point; {@code -} for no number. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    if (size == 0 || size >= 99.95) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    int decimals = size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.001 ? 3 : 6;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
