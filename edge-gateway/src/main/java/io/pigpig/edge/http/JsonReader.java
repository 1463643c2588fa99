package io.pigpig.edge.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request body token by token, strictly: no unknown or repeated field, nothing behind the
 * value, at most {@link Limits#JSON_DEPTH} deep. What does not fit is refused as {@code
 * INVALID_REQUEST} with the field's name. No tree, no reflection. Not thread-safe.
 */
final class JsonReader {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.JSON_DEPTH)
                  .maxStringLength(Limits.DESIGN_BODY_BYTES)
                  .maxNumberLength(20)
                  .maxNameLength(64)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final List<String> LIBRARY_ASIDES =
      List.of(", from `", ": enable `", " at [Source");

  /** Reads one value from the reader. */
  @FunctionalInterface
  interface Shape<T> {
    T read(JsonReader in) throws IOException;
  }

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads the whole body as one value of {@code shape}.
   *
   * @throws RefusedException INVALID_REQUEST
   */
  static <T> T read(byte[] body, Shape<T> shape) {
    if (!startsAsUtf8(body)) {
      throw invalid("the body must be JSON in UTF-8 without a byte order mark");
    }
    try (JsonParser parser = FACTORY.createParser(body)) {
      parser.nextToken();
      T value = shape.read(new JsonReader(parser));
      if (parser.nextToken() != null) {
        throw invalid("the body has something behind its JSON value");
      }
      return value;
    } catch (IOException e) {
      throw invalid("the body is not the JSON that is expected: " + firstLine(e));
    }
  }

  /** The library would also read UTF-16 and UTF-32, which it knows by their first four bytes. */
  private static boolean startsAsUtf8(byte[] body) {
    for (int at = 0; at < Math.min(4, body.length); at++) {
      int octet = body[at] & 0xFF;
      if (octet == 0 || octet >= 0xEF) {
        return false;
      }
    }
    return true;
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof JacksonException j ? j.getOriginalMessage() : String.valueOf(e.getMessage());
    String line = message.lines().findFirst().orElse("unreadable");
    // What stands behind is about the library, not about the body.
    for (String aside : LIBRARY_ASIDES) {
      int at = line.indexOf(aside);
      line = at < 0 ? line : line.substring(0, at);
    }
    return line.length() > 160 ? line.substring(0, 160) : line;
  }

  /** Enters an object; its fields follow by {@link #nextField}. */
  void beginObject(String what) {
    expect(JsonToken.START_OBJECT, what + " must be an object");
  }

  /** Enters an array; its values follow by {@link #nextElement}. */
  void beginArray(String what) {
    expect(JsonToken.START_ARRAY, what + " must be an array");
  }

  /** The next field's name, with its value as current token; null at the end of the object. */
  @Nullable String nextField() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /** Whether the array has one more value, which is the current token then. */
  boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  String text(String what) throws IOException {
    expect(JsonToken.VALUE_STRING, what + " must be a string");
    return parser.getText();
  }

  /** A whole number from {@code min} to {@code max}. */
  long number(String what, long min, long max) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw invalid(what + " must be a whole number from " + min + " to " + max);
  }

  boolean bool(String what) {
    if (parser.currentToken() == JsonToken.VALUE_TRUE) {
      return true;
    }
    expect(JsonToken.VALUE_FALSE, what + " must be true or false");
    return false;
  }

  private void expect(JsonToken token, String message) {
    if (parser.currentToken() != token) {
      throw invalid(message);
    }
  }

  static RefusedException unknownField(String name) {
    return invalid("there is no field " + printable(name));
  }

  static RefusedException missing(String name) {
    return invalid("the field " + name + " is missing");
  }

  static RefusedException invalid(String detail) {
    return new RefusedException(new Refusal.InvalidRequest(detail));
  }

  /** Client input as it may be repeated in an answer. */
  static String printable(String text) {
    String brief = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return brief.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
