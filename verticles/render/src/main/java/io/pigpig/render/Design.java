package io.pigpig.render;

import java.util.List;

/**
 * What a customer puts on a garment: 0 to 16 layers on a template of one colour.
 *
 * @param garmentRgb 0xRRGGBB
 */
record Design(Template template, int garmentRgb, List<Layer> layers) {

  static final int LAYERS_MAX = 16;

  Design {
    layers = List.copyOf(layers);
    if (layers.size() > LAYERS_MAX) {
      throw new IllegalArgumentException("layers: " + layers.size() + ", at most " + LAYERS_MAX);
    }
  }
}
