package io.pigpig.edge.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON as signed data needs it: valid UTF-8, one object, no name twice.
 *
 * <p>Two parsers may read a doubled name differently, and then one checks what the other does not
 * use (RFC 7515, section 4; RFC 8725, 2.4). Any thread. Input is bounded by the token's length.
 */
final class StrictJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private StrictJson() {}

  /**
   * The object that {@code bytes} are.
   *
   * @throws IOException if they are not exactly one object in UTF-8 with distinct names
   */
  static JsonObject object(byte[] bytes) throws IOException {
    String text = text(bytes);
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not an object");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new IOException("something follows the object");
      }
    }
    return new JsonObject(text);
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
