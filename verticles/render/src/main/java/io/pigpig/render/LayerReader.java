package io.pigpig.render;

import static io.pigpig.render.DesignReader.colour;
import static io.pigpig.render.DesignReader.refused;
import static io.pigpig.render.DesignReader.required;
import static io.pigpig.render.DesignReader.string;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads one entry of {@code layers}: a text of 1 to {@value #TEXT_MAX} code points that the font
 * can draw, or a picture. Immutable; safe from any thread.
 */
final class LayerReader {

  static final int TEXT_MAX = 200;

  private final BundledFonts fonts;

  LayerReader(BundledFonts fonts) {
    this.fonts = fonts;
  }

  Layer read(JsonParser in, String path) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw refused(path + " must be an object");
    }
    Map<String, String> texts = new HashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      String field = path + "." + name;
      JsonToken value = in.nextToken();
      switch (name) {
        case "text", "font", "color", "image" -> texts.put(name, string(in, value, field));
        case "x", "y", "size", "rotation" -> numbers.put(name, thousandths(in, value, field));
        default -> throw refused("field " + field + " is unknown");
      }
    }
    Placement placement = placement(numbers, path);
    return texts.containsKey("image")
        ? image(texts, placement, path)
        : text(texts, placement, path);
  }

  private Layer text(Map<String, String> texts, Placement placement, String path) {
    String text = required(texts.get("text"), path + ".text");
    String font = required(texts.get("font"), path + ".font");
    String color = required(texts.get("color"), path + ".color");
    int codePoints = text.codePointCount(0, text.length());
    if (text.isBlank() || codePoints > TEXT_MAX) {
      throw refused(
          path
              + ".text has "
              + codePoints
              + " characters, must be 1 to "
              + TEXT_MAX
              + " and not blank");
    }
    Typeface typeface =
        Typeface.of(font).orElseThrow(() -> refused(path + ".font is not one of those offered"));
    // Java calls line breaks displayable, as nothing; on a shirt's one line they have no meaning.
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw refused(path + ".text has a control character");
    }
    int undrawable = fonts.font(typeface).canDisplayUpTo(text);
    if (undrawable >= 0) {
      throw refused(
          String.format(
              "%s.text: the font lacks U+%04X at %d",
              path, text.codePointAt(undrawable), undrawable));
    }
    return new Layer.Text(text, typeface, colour(color, path + ".color"), placement);
  }

  private static Layer image(Map<String, String> texts, Placement placement, String path) {
    if (texts.size() > 1) {
      throw refused(path + " mixes image with text, font or color");
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(required(texts.get("image"), path + ".image"));
      return new Layer.Image(new ImageFile(bytes), placement);
    } catch (IllegalArgumentException e) {
      throw refused(path + ".image " + e.getMessage());
    }
  }

  private static Placement placement(Map<String, Integer> numbers, String path) {
    int x = required(numbers.get("x"), path + ".x");
    int y = required(numbers.get("y"), path + ".y");
    int size = required(numbers.get("size"), path + ".size");
    int rotation = required(numbers.get("rotation"), path + ".rotation");
    try {
      return new Placement(x, y, size, rotation);
    } catch (IllegalArgumentException e) {
      throw refused(path + "." + e.getMessage());
    }
  }

  /** Exact: 1.5, 1.50 and 15e-1 are one number; a fourth decimal is refused, never rounded. */
  private static int thousandths(JsonParser in, JsonToken value, String field) throws IOException {
    if (!value.isNumeric()) {
      throw refused(field + " must be a number");
    }
    try {
      return new BigDecimal(in.getText()).movePointRight(3).intValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw refused(field + " must be a number of at most three decimals within its range");
    }
  }
}
