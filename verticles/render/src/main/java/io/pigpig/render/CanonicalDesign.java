package io.pigpig.render;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The one spelling of a design and its hash: JSON without whitespace, fields in api.md's order,
 * lower-case colours, numbers without exponent or trailing zeros, base64 padded. It can be read
 * back by {@link DesignReader}. Text is taken as sent, without Unicode normalisation. Stateless.
 */
final class CanonicalDesign {

  private static final JsonFactory JSON = new JsonFactory();

  private CanonicalDesign() {}

  static byte[] bytes(Design design) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("template", design.template().id());
      out.writeStringField("garmentColor", colour(design.garmentRgb()));
      out.writeArrayFieldStart("layers");
      for (Layer layer : design.layers()) {
        write(layer, out);
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** 64 lower-case hex digits of the SHA-256. */
  static String id(byte[] canonical) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void write(Layer layer, JsonGenerator out) throws IOException {
    out.writeStartObject();
    switch (layer) {
      case Layer.Text text -> {
        out.writeStringField("text", text.text());
        out.writeStringField("font", text.typeface().id());
        out.writeStringField("color", colour(text.rgb()));
      }
      case Layer.Image image -> out.writeStringField("image", image.file().base64());
    }
    number(out, "x", layer.placement().x());
    number(out, "y", layer.placement().y());
    number(out, "size", layer.placement().size());
    number(out, "rotation", layer.placement().rotation());
    out.writeEndObject();
  }

  private static void number(JsonGenerator out, String name, int thousandths) throws IOException {
    out.writeFieldName(name);
    out.writeNumber(BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString());
  }

  private static String colour(int rgb) {
    return String.format("#%06x", rgb);
  }
}
