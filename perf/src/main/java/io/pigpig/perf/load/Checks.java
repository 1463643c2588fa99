package io.pigpig.perf.load;

/** What a value must be, said in the message when it is not. */
final class Checks {

  private Checks() {}

  static void range(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw wrong(field, value, min + " to " + max);
    }
  }

  /** Also refuses NaN. */
  static void range(String field, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw wrong(field, value, min + " to " + max);
    }
  }

  static void text(String field, String value, String pattern) {
    if (!value.matches(pattern)) {
      throw wrong(field, value, pattern.isEmpty() ? "empty" : pattern);
    }
  }

  static IllegalArgumentException wrong(String field, Object value, String expected) {
    return new IllegalArgumentException(field + " must be " + expected + ", not " + value);
  }
}
