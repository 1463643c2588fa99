package io.pigpig.edge.auth;

import io.pigpig.runtime.refusal.Refusal.Unauthenticated;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token in the compact form of RFC 7515, well formed and with a harmless header; its signature is
 * not checked yet.
 *
 * <p>The cheap checks come first: length and alphabet before Base64, Base64 before JSON, the header
 * before the claims. Everything that lets a token choose how it is checked is refused.
 *
 * @param claims what the token claims
 */
record CompactToken(JsonObject claims) {

  static final int LENGTH_MAX = 4096;

  private static final Pattern SHAPE =
      Pattern.compile("([A-Za-z0-9_-]++)\\.([A-Za-z0-9_-]++)\\.([A-Za-z0-9_-]++)");
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Names that bring a key, an extension, or another way to read the payload. */
  private static final List<String> REFUSED_HEADERS =
      List.of("crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc", "cty");

  /**
   * Reads {@code token} as one signed with {@code algorithm}.
   *
   * @throws RefusedException of Unauthenticated if it is not
   */
  static CompactToken parse(String token, SignatureAlgorithm algorithm) {
    if (token.length() > LENGTH_MAX) {
      throw refused("is longer than " + LENGTH_MAX + " characters");
    }
    var parts = SHAPE.matcher(token);
    if (!parts.matches()) {
      throw refused("is not three parts of base64url");
    }
    checkHeader(object(bytes(parts.group(1)), "header"), algorithm);
    if (!algorithm.fits(bytes(parts.group(3)))) {
      throw refused("has a signature of the wrong length");
    }
    return new CompactToken(object(bytes(parts.group(2)), "payload"));
  }

  static RefusedException refused(String why) {
    return new RefusedException(new Unauthenticated("the token " + why));
  }

  /** Canonical only: unused bits must be zero, so that one token has one spelling. */
  private static byte[] bytes(String part) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      throw refused("is not three parts of base64url");
    }
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
      throw refused("is not in canonical base64url");
    }
    return bytes;
  }

  private static JsonObject object(byte[] bytes, String part) {
    try {
      return StrictJson.object(bytes);
    } catch (IOException | DecodeException e) {
      throw refused("has a " + part + " that is not one JSON object with distinct names");
    }
  }

  private static void checkHeader(JsonObject header, SignatureAlgorithm algorithm) {
    if (!algorithm.name().equals(header.getValue("alg"))) {
      throw refused("is not signed with " + algorithm);
    }
    if (header.containsKey("typ") && !"JWT".equals(header.getValue("typ"))) {
      throw refused("is not of the type JWT");
    }
    for (String name : REFUSED_HEADERS) {
      if (header.containsKey(name)) {
        throw refused("has the header " + name + ", which is not accepted");
      }
    }
    if (header.containsKey("kid") && !isKeyId(header.getValue("kid"))) {
      throw refused("has a kid that is not 1 to 64 characters of [A-Za-z0-9._-]");
    }
  }

  private static boolean isKeyId(@Nullable Object value) {
    return value instanceof String text && KEY_ID.matcher(text).matches();
  }
}
