package io.pigpig.perf;

import java.util.HashMap;
import java.util.Map;

/** What a generator says of a second while it works. */
record LoadSecond(int second, long accepted, long refused, long failed, long p99Micros) {

  /** Reads {@code second=12 accepted=..}. Throws IllegalArgumentException for any other line. */
  static LoadSecond parse(String line) {
    Map<String, Long> values = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int at = word.indexOf('=');
      if (at > 0) {
        values.put(word.substring(0, at), Long.parseLong(word.substring(at + 1)));
      }
    }
    return new LoadSecond(
        Math.toIntExact(value(values, "second", line)),
        value(values, "accepted", line),
        value(values, "refused", line),
        value(values, "failed", line),
        value(values, "p99_us", line));
  }

  private static long value(Map<String, Long> values, String name, String line) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a generator's second has no " + name + ": " + line);
    }
    return value;
  }
}
