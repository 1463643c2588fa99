package io.pigpig.perf.report.plot;

import java.util.Locale;

/**
 * What a series is drawn in. The page's style gives each its colour for light and for dark, after
 * the set of Okabe and Ito, which colour-blind readers can tell apart.
 */
public enum Ink {
  BLUE,
  VERMILLION,
  GREEN,
  ORANGE,
  SKY,
  PURPLE,
  YELLOW,
  GREY,
  /** The colour of text. */
  TEXT;

  private static final Ink[] SERIES = {BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY};

  /** Of the nth of several equals; from the seventh on they repeat. */
  public static Ink ofSeries(int n) {
    return SERIES[n % SERIES.length];
  }

  /** The class that the page's style knows it by. */
  public String styleClass() {
    return "ink-" + name().toLowerCase(Locale.ROOT);
  }
}
