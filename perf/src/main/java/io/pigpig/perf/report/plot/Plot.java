package io.pigpig.perf.report.plot;

import java.util.List;

/**
 * Layers over two axes.
 *
 * @param title what is to be seen
 * @param marks what happened along x
 */
public record Plot(String title, Axis x, Axis y, List<Layer> layers, List<Mark> marks) {

  /**
   * A labelled line across the plot. Where labels find no room they are numbers, so who draws many
   * marks lists them beside the plot.
   */
  public record Mark(double x, String label) {}

  public Plot {
    layers = List.copyOf(layers);
    marks = List.copyOf(marks);
  }
}
