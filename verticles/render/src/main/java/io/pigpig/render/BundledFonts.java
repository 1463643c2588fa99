package io.pigpig.render;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * The open fonts this module carries, read once. Immutable; safe from any thread. Loading reads
 * some 7 MB and belongs on a thread that may block.
 */
final class BundledFonts {

  private final Map<Typeface, Font> fonts = new EnumMap<>(Typeface.class);

  /** Reads every typeface; throws {@link UncheckedIOException} when one is missing or damaged. */
  BundledFonts() {
    for (Typeface typeface : Typeface.values()) {
      fonts.put(typeface, load(typeface));
    }
  }

  /** The typeface at one unit; derive the size asked for. */
  Font font(Typeface typeface) {
    Font font = fonts.get(typeface);
    if (font == null) {
      throw new IllegalArgumentException("no font is bundled for " + typeface);
    }
    return font;
  }

  private static Font load(Typeface typeface) {
    try (InputStream in = BundledFonts.class.getResourceAsStream(typeface.resource())) {
      if (in == null) {
        throw new FileNotFoundException(typeface.resource());
      }
      return Font.createFont(Font.TRUETYPE_FONT, in);
    } catch (FontFormatException e) {
      throw new UncheckedIOException(new IOException(typeface.resource() + " is damaged", e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
