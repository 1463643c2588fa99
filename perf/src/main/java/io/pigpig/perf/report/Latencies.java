package io.pigpig.perf.report;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** The histograms of a load, unpacked. */
public final class Latencies {

  private static final int HIGHEST_AT_LEAST = 1_000_000;
  private static final int DIGITS = 3;

  private Latencies() {}

  /**
   * Of compressed bytes in base64; an empty histogram of an empty text. Throws
   * IllegalArgumentException when it is none.
   */
  public static Histogram of(String packed) {
    if (packed.isEmpty()) {
      return new Histogram(DIGITS);
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(packed));
      return Histogram.decodeFromCompressedByteBuffer(bytes, HIGHEST_AT_LEAST);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("no histogram in " + packed.length() + " characters", e);
    }
  }
}
