package io.pigpig.edge.http;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes trace ids: 128 random bits as 32 hex digits (W3C Trace Context). One loop's. */
final class TraceIds {

  private static final HexFormat HEX = HexFormat.of();

  private final RandomGenerator random;

  TraceIds(RandomGenerator random) {
    this.random = random;
  }

  String next() {
    return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
  }
}
