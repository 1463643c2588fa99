package io.pigpig.order;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/**
 * Tells whether two requests with one key ask for the same: the first 128 bits of the SHA-256 of
 * the parsed lines, so that white space and the order of JSON fields do not matter. Prices are not
 * part of it: a retry after a price change is still the same request.
 *
 * <p>Owned by one event loop; not thread-safe.
 */
final class Fingerprint {

  private static final String VERSION = "v1\n";

  private final MessageDigest sha256;

  Fingerprint() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  UUID of(List<RequestedLine> lines) {
    StringBuilder canonical = new StringBuilder(64 * lines.size()).append(VERSION);
    for (RequestedLine line : lines) {
      canonical.append(line.sku().value()).append('*').append(line.quantity());
      if (line.designId() != null) {
        canonical.append('*').append(line.designId());
      }
      canonical.append('\n');
    }
    ByteBuffer digest =
        ByteBuffer.wrap(sha256.digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
    return new UUID(digest.getLong(), digest.getLong());
  }
}
