package io.pigpig.perf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk counted in one run, from the line {@code order.lua} prints at its end.
 *
 * @param non2xx answers with a status of 400 and above
 * @param socketErrors connect, read, write errors and timeouts
 */
record WrkFigures(
    long requests,
    long durationMicros,
    long non2xx,
    long socketErrors,
    long p50Micros,
    long p99Micros) {

  private static final Pattern LINE =
      Pattern.compile(
          "figures requests=(\\d+) duration_us=(\\d+) non2xx=(\\d+) connect=(\\d+) read=(\\d+)"
              + " write=(\\d+) timeout=(\\d+) p50_us=(\\d+) p99_us=(\\d+)");

  WrkFigures {
    if (durationMicros <= 0 || non2xx > requests) {
      throw new IllegalArgumentException(
          "wrk: " + requests + " requests, " + non2xx + " refused in " + durationMicros + " us");
    }
  }

  /** Throws IllegalArgumentException with wrk's own words when the line is missing. */
  static WrkFigures parse(String output) {
    Matcher line = LINE.matcher(output);
    if (!line.find()) {
      throw new IllegalArgumentException("wrk printed no figures: " + output.strip());
    }
    long errors = 0;
    for (int group = 4; group <= 7; group++) {
      errors += Long.parseLong(line.group(group));
    }
    return new WrkFigures(
        Long.parseLong(line.group(1)),
        Long.parseLong(line.group(2)),
        Long.parseLong(line.group(3)),
        errors,
        Long.parseLong(line.group(8)),
        Long.parseLong(line.group(9)));
  }

  long accepted() {
    return requests - non2xx;
  }

  double acceptedPerSecond() {
    return accepted() * 1e6 / durationMicros;
  }
}
