package io.pigpig.edge.http;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Instants as {@code 2026-11-23T08:15:30.042Z}: UTC, always three decimals. */
final class Rfc3339 {

  private Rfc3339() {}

  static String write(Instant instant) {
    OffsetDateTime utc = instant.atOffset(ZoneOffset.UTC);
    StringBuilder out = new StringBuilder(24);
    padded(out, utc.getYear(), 1000).append('-');
    padded(out, utc.getMonthValue(), 10).append('-');
    padded(out, utc.getDayOfMonth(), 10).append('T');
    padded(out, utc.getHour(), 10).append(':');
    padded(out, utc.getMinute(), 10).append(':');
    padded(out, utc.getSecond(), 10).append('.');
    return padded(out, utc.getNano() / 1_000_000, 100).append('Z').toString();
  }

  /** Appends {@code value} with as many digits as {@code leastOfWidth} has. */
  private static StringBuilder padded(StringBuilder out, int value, int leastOfWidth) {
    for (int least = leastOfWidth; least > 1 && value < least; least /= 10) {
      out.append('0');
    }
    return out.append(value);
  }
}
