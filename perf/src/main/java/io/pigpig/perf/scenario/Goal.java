package io.pigpig.perf.scenario;

import io.pigpig.perf.report.Measure;
import io.pigpig.perf.report.RunRecord.Sense;

/** What a leg is to reach. */
public record Goal(
    @Key(about = "one of the figures below") Measure figure,
    @Key(about = "of a figure of which more is better", byDefault = "NaN") double atLeast,
    @Key(about = "of a figure of which less is better", byDefault = "NaN") double atMost) {

  public Goal {
    boolean most = figure.sense() == Sense.AT_MOST;
    if (Double.isNaN(most ? atMost : atLeast) || !Double.isNaN(most ? atLeast : atMost)) {
      throw new IllegalArgumentException(
          figure.text() + " needs " + (most ? "at-most" : "at-least") + ", and not the other");
    }
  }

  public double value() {
    return figure.sense() == Sense.AT_MOST ? atMost : atLeast;
  }
}
