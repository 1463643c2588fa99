package io.pigpig.order;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
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

  private static final byte[] VERSION = {'v', '1', '\n'};

  private final MessageDigest sha256;

  /** Kept, because there is one order after the other. */
  private byte[] canonical = new byte[256];

  private int length;

  Fingerprint() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  UUID of(List<RequestedLine> lines) {
    length = 0;
    append(VERSION);
    for (RequestedLine line : lines) {
      append(line.sku().value(), '*');
      if (line.designId() == null) {
        append(Integer.toString(line.quantity()), '\n');
      } else {
        append(Integer.toString(line.quantity()), '*');
        append(line.designId(), '\n');
      }
    }
    sha256.update(canonical, 0, length);
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new UUID(digest.getLong(), digest.getLong());
  }

  private void append(byte[] bytes) {
    System.arraycopy(bytes, 0, canonical, length, bytes.length);
    length += bytes.length;
  }

  /** What SKUs, numbers and design ids are made of is ASCII. */
  private void append(String ascii, char end) {
    if (canonical.length - length <= ascii.length()) {
      canonical = Arrays.copyOf(canonical, 2 * canonical.length + ascii.length());
    }
    for (int i = 0; i < ascii.length(); i++) {
      canonical[length++] = (byte) ascii.charAt(i);
    }
    canonical[length++] = (byte) end;
  }
}
