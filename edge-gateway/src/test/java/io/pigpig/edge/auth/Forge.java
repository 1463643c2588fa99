package io.pigpig.edge.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens of any header, claims and signature, by the JDK alone. */
final class Forge {

  static final Buffer SECRET = Buffer.buffer("0123456789abcdef0123456789ABCDEF");

  private Forge() {}

  static AuthSettings settings(SignatureAlgorithm algorithm) {
    return new AuthSettings(
        AuthSettings.IssuerMode.AUTO,
        "pigpig-dev",
        "pigpig",
        algorithm,
        algorithm == SignatureAlgorithm.HS256 ? "" : "key.pem",
        Duration.ofHours(12),
        Duration.ofSeconds(30),
        10);
  }

  static JsonObject header(SignatureAlgorithm algorithm) {
    return new JsonObject().put("alg", algorithm.name()).put("typ", "JWT");
  }

  static JsonObject claims(HandClock clock) {
    return new JsonObject()
        .put("iss", "pigpig-dev")
        .put("aud", "pigpig")
        .put("sub", "ann")
        .put("role", "customer")
        .put("exp", clock.seconds() + 3600);
  }

  static String signed(JsonObject header, JsonObject claims) {
    return signed(header.encode(), claims.encode());
  }

  static String signed(String header, String claims) {
    return signed(base64(header) + "." + base64(claims), SECRET.getBytes());
  }

  /** {@code input} and its HMAC, whatever the header says. */
  static String signed(String input, byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String signed(JsonObject header, JsonObject claims, PrivateKey key) {
    String input = base64(header.encode()) + "." + base64(claims.encode());
    String name =
        key.getAlgorithm().equals("EC") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA";
    try {
      Signature signature = Signature.getInstance(name);
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.UTF_8));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair keys(SignatureAlgorithm algorithm) {
    try {
      if (algorithm == SignatureAlgorithm.ES256) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
      }
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Buffer pem(PublicKey key) {
    return Buffer.buffer(
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
