package io.pigpig.edge.auth;

/** The one signature algorithm that a deployment's tokens bear. Names are those of RFC 7518. */
public enum SignatureAlgorithm {
  /** HMAC of a shared secret; for the development issuer. */
  HS256(32, 32),
  /** ECDSA on P-256; the signature is R and S as they are, not ASN.1. */
  ES256(64, 64),
  /** RSA of 2048 to 8192 bits. */
  RS256(256, 1024);

  private final int signatureBytesMin;
  private final int signatureBytesMax;

  SignatureAlgorithm(int signatureBytesMin, int signatureBytesMax) {
    this.signatureBytesMin = signatureBytesMin;
    this.signatureBytesMax = signatureBytesMax;
  }

  boolean fits(byte[] signature) {
    return signature.length >= signatureBytesMin && signature.length <= signatureBytesMax;
  }
}
