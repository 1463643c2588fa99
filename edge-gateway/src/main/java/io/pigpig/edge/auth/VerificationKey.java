package io.pigpig.edge.auth;

import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one key that tokens are checked with, and its algorithm.
 *
 * <p>A value for any thread; the material is not changed after construction.
 *
 * @param algorithm what the material is for
 * @param material the secret of HS256, at least 32 bytes, or a public key or certificate in PEM
 */
public record VerificationKey(SignatureAlgorithm algorithm, Buffer material) {

  public VerificationKey {
    if (algorithm == SignatureAlgorithm.HS256) {
      checkSecret(material);
    } else {
      checkPem(material);
    }
  }

  /**
   * The key that {@code settings} name: {@code developmentSecret}, created if need be, or the
   * public key's file. Blocking: for start-up.
   *
   * @throws StartupFailure if the file cannot be used
   */
  public static VerificationKey read(AuthSettings settings, Path developmentSecret) {
    if (settings.algorithm() == SignatureAlgorithm.HS256) {
      return new VerificationKey(
          SignatureAlgorithm.HS256, DevelopmentSecret.readOrCreate(developmentSecret));
    }
    String file = settings.publicKeyFile();
    try {
      return new VerificationKey(
          settings.algorithm(), Buffer.buffer(Files.readAllBytes(Path.of(file))));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupFailure("The public key " + file + " cannot be used: " + e + ".", e);
    }
  }

  private static void checkSecret(Buffer material) {
    if (material.length() < DevelopmentSecret.LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "a secret of HS256 has at least "
              + DevelopmentSecret.LENGTH_BYTES
              + " bytes, not "
              + material.length());
    }
  }

  /** A private key would parse and then verify nothing; it has no business here either. */
  private static void checkPem(Buffer material) {
    String pem = material.toString();
    if (pem.contains("PRIVATE KEY")) {
      throw new IllegalArgumentException("the key is a private one; the public one is needed");
    }
    if (!pem.contains("-----BEGIN ")) {
      throw new IllegalArgumentException("the key is not in PEM");
    }
  }

  /** Without the material, which may be a secret. */
  @Override
  public String toString() {
    return "VerificationKey[" + algorithm + "]";
  }
}
