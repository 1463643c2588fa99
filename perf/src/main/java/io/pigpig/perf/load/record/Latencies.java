package io.pigpig.perf.load.record;

import io.pigpig.perf.load.LoadResult.Latency;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/** Latencies in microseconds, to three digits, however many and however long. */
final class Latencies {

  private static final int DIGITS = 3;
  private static final long NANOS_PER_MICRO = 1_000;

  private final Histogram histogram = new Histogram(DIGITS);

  void record(long nanos) {
    histogram.recordValue(Math.max(0, nanos) / NANOS_PER_MICRO);
  }

  void add(Latencies other) {
    histogram.add(other.histogram);
  }

  Latency summary() {
    long count = histogram.getTotalCount();
    if (count == 0) {
      return new Latency(0, 0, 0, 0, 0);
    }
    return new Latency(
        count,
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue());
  }

  /** Compressed, version 2, base64. */
  String encoded() {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes, Deflater.DEFAULT_COMPRESSION);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }
}
