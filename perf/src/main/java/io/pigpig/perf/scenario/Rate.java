package io.pigpig.perf.scenario;

import java.util.Locale;

/** Requests a second: so many, or so much of what the stack takes at most. */
public record Rate(double value, Unit unit) {

  /** What a rate is counted in. */
  public enum Unit {
    PER_SECOND,
    PERCENT_OF_CAPACITY
  }

  public Rate {
    if (!(value >= 0) || value > 10_000_000) {
      throw new IllegalArgumentException("a rate is 0 to 10000000, not " + value);
    }
  }

  /** Reads {@code 5000} or {@code 150%}. Throws IllegalArgumentException for any other text. */
  static Rate parse(String text) {
    boolean percent = text.endsWith("%");
    String number = percent ? text.substring(0, text.length() - 1) : text;
    try {
      return new Rate(
          Double.parseDouble(number), percent ? Unit.PERCENT_OF_CAPACITY : Unit.PER_SECOND);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a rate is a number or a number%, not " + text, e);
    }
  }

  boolean needsCapacity() {
    return unit == Unit.PERCENT_OF_CAPACITY;
  }

  /**
   * @param capacity requests a second that the stack takes at most
   */
  double perSecond(double capacity) {
    return switch (unit) {
      case PER_SECOND -> value;
      case PERCENT_OF_CAPACITY -> value / 100 * capacity;
    };
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.0f%s", value, needsCapacity() ? "%" : "/s");
  }
}
