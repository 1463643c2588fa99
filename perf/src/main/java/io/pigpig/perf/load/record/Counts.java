package io.pigpig.perf.load.record;

import java.util.HashMap;
import java.util.Map;

/** Numbers by name; after {@value #NAMES_MAX} names all further ones count as {@value #OTHER}. */
final class Counts {

  private static final int NAMES_MAX = 64;
  private static final String OTHER = "OTHER";

  private static final class Count {
    private long value;
  }

  private final Map<String, Count> counts = new HashMap<>();

  void add(String name, long number) {
    Count count = counts.get(name);
    if (count == null) {
      String kept = counts.size() < NAMES_MAX ? name : OTHER;
      count = counts.computeIfAbsent(kept, first -> new Count());
    }
    count.value += number;
  }

  Map<String, Long> toMap() {
    Map<String, Long> map = new HashMap<>();
    counts.forEach((name, count) -> map.put(name, count.value));
    return map;
  }
}
