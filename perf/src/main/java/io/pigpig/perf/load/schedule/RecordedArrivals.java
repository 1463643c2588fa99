package io.pigpig.perf.load.schedule;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Arrivals as they were recorded: one a line, nanoseconds since the phase began, ascending. */
final class RecordedArrivals implements Arrivals {

  private static final int ARRIVALS_MAX = 20_000_000;

  private final long startNanos;
  private final long[] nanos;
  private int next;

  private RecordedArrivals(long startNanos, long[] nanos) {
    this.startNanos = startNanos;
    this.nanos = nanos;
  }

  /** Throws IOException naming the file and the line that is wrong. */
  static RecordedArrivals read(Path file, long startNanos) throws IOException {
    long[] nanos = new long[1_024];
    int count = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        long arrival = parse(line);
        if (arrival < (count == 0 ? 0 : nanos[count - 1]) || count == ARRIVALS_MAX) {
          throw new IOException(
              file
                  + " line "
                  + (count + 1)
                  + ": expected ascending nanoseconds, at most "
                  + ARRIVALS_MAX
                  + " of them, not "
                  + line);
        }
        nanos = count == nanos.length ? Arrays.copyOf(nanos, 2 * count) : nanos;
        nanos[count++] = arrival;
      }
    }
    return new RecordedArrivals(startNanos, Arrays.copyOf(nanos, count));
  }

  /** Less than any other where it is no number. */
  private static long parse(String line) {
    try {
      return Long.parseLong(line.strip());
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE;
    }
  }

  /** Until its last arrival. */
  long lengthNanos() {
    return nanos.length == 0 ? 0 : nanos[nanos.length - 1];
  }

  @Override
  public long peekNanos() {
    return next == nanos.length ? Schedule.NONE : startNanos + nanos[next];
  }

  @Override
  public void advance() {
    next++;
  }
}
