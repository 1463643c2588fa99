package io.pigpig.render;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of POST /designs, strictly: a field that is unknown, missing, twice there, of
 * another type or out of its range is refused with {@code INVALID_REQUEST} naming it. Immutable;
 * safe from any thread; pictures are decoded here, so it belongs on a worker.
 *
 * <p>Bounds: nesting 16, 0 to 16 layers, all pictures together {@value #PIXELS_MAX} pixels.
 */
final class DesignReader {

  static final long PIXELS_MAX = 8L << 20;
  private static final int DEPTH_MAX = 16;
  private static final int STRING_MAX = 2 << 20;
  private static final int NUMBER_MAX = 64;

  private final JsonFactory json =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(STRING_MAX)
                  .maxNumberLength(NUMBER_MAX)
                  .build())
          .build();
  private final LayerReader layers;

  DesignReader(BundledFonts fonts) {
    layers = new LayerReader(fonts);
  }

  Design read(byte[] body) {
    try (JsonParser in = json.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw refused("the body must be a JSON object");
      }
      Design design = design(in);
      if (in.nextToken() != null) {
        throw refused("something follows the design");
      }
      return design;
    } catch (JsonProcessingException e) {
      throw refused("the body is no valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw refused("the body is no valid JSON: " + e.getMessage());
    }
  }

  private Design design(JsonParser in) throws IOException {
    Template template = null;
    Integer garmentRgb = null;
    List<Layer> list = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      switch (name) {
        case "template" -> template = template(string(in, value, name));
        case "garmentColor" -> garmentRgb = colour(string(in, value, name), name);
        case "layers" -> list = layers(in, value);
        default -> throw refused("field " + name + " is unknown");
      }
    }
    return new Design(
        required(template, "template"),
        required(garmentRgb, "garmentColor"),
        required(list, "layers"));
  }

  private List<Layer> layers(JsonParser in, JsonToken first) throws IOException {
    if (first != JsonToken.START_ARRAY) {
      throw refused("layers must be an array");
    }
    List<Layer> list = new ArrayList<>();
    long pixels = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (list.size() == Design.LAYERS_MAX) {
        throw refused("layers has more than " + Design.LAYERS_MAX + " entries");
      }
      String path = "layers[" + list.size() + "]";
      Layer layer = layers.read(in, path);
      if (layer instanceof Layer.Image image) {
        pixels += image.file().pixels();
        if (pixels > PIXELS_MAX) {
          throw refused(
              path + ".image brings the pictures to " + pixels + " pixels, at most " + PIXELS_MAX);
        }
        decodable(image, path);
      }
      list.add(layer);
    }
    return list;
  }

  private static void decodable(Layer.Image image, String path) {
    try {
      image.file().decode().flush();
    } catch (IllegalArgumentException e) {
      throw refused(path + ".image " + e.getMessage());
    }
  }

  private static Template template(String id) {
    return Template.of(id).orElseThrow(() -> refused("template is not one of those offered"));
  }

  static String string(JsonParser in, JsonToken value, String field) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw refused(field + " must be a string");
    }
    return in.getText();
  }

  /** 0xRRGGBB of {@code #RRGGBB}, in either case. */
  static int colour(String text, String field) {
    if (!text.matches("#[0-9A-Fa-f]{6}")) {
      throw refused(field + " must be #RRGGBB");
    }
    return Integer.parseInt(text.substring(1), 16);
  }

  static <T> T required(@Nullable T value, String field) {
    if (value == null) {
      throw refused(field + " is missing");
    }
    return value;
  }

  static RefusedException refused(String detail) {
    return new RefusedException(new Refusal.InvalidRequest(detail));
  }
}
