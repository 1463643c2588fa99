package io.pigpig.perf.report.plot;

import java.util.Locale;

/** What numbers count, and how a reader wants them written. */
public enum Unit {
  /** Written as us, ms or s. */
  MICROS(
      new Step[] {new Step(1, "us"), new Step(1e3, "ms"), new Step(1e6, "s")}),
  /** Written as B, KiB, MiB or GiB. */
  BYTES(
      new Step[] {
        new Step(1, "B"), new Step(1 << 10, "KiB"), new Step(1 << 20, "MiB"), new Step(1 << 30, "GiB")
      }),
  PER_SECOND(new Step[] {new Step(1, "/s")}),
  PERCENT(new Step[] {new Step(1, "%")}),
  COUNT(new Step[] {new Step(1, "")});

  /** A multiple with a name of its own. */
  private record Step(double size, String name) {}

  private final Step[] steps;

  Unit(Step[] steps) {
    this.steps = steps;
  }

  /** Three digits that matter, or all before the point, with the unit; {@code -} for no number. */
  public String format(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    Step step = steps[0];
    for (Step larger : steps) {
      if (Math.abs(value) >= larger.size()) {
        step = larger;
      }
    }
    return (number(value / step.size()) + " " + step.name()).strip();
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
