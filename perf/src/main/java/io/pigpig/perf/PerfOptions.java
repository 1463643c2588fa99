package io.pigpig.perf;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The {@code --name value} pairs behind a scenario's name. */
record PerfOptions(Map<String, String> values) {

  private static final int NUMBER_MAX = 100_000_000;

  private static final Set<String> KNOWN =
      Set.of(
          "rounds",
          "seconds",
          "seed",
          "kill",
          "rate",
          "live-holds",
          "port",
          "management-port",
          "grpc-port",
          "data",
          "clients",
          "requests",
          "units",
          "against",
          "bare-port",
          "stock",
          "copies",
          "a",
          "b",
          "side-a",
          "side-b",
          "gate");

  PerfOptions {
    values = Map.copyOf(values);
    for (String name : values.keySet()) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException("unknown option --" + name + "; known: " + KNOWN);
      }
    }
  }

  /**
   * Reads the arguments from {@code from} on. Throws IllegalArgumentException naming the bad one.
   */
  static PerfOptions parse(String[] arguments, int from) {
    Map<String, String> values = new TreeMap<>();
    for (int i = from; i < arguments.length; i += 2) {
      if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
        throw new IllegalArgumentException("expected --name value at: " + arguments[i]);
      }
      values.put(arguments[i].substring(2), arguments[i + 1]);
    }
    return new PerfOptions(values);
  }

  String text(String name, String byDefault) {
    return values.getOrDefault(name, byDefault);
  }

  /** A count: 1 to 100 million. Throws IllegalArgumentException naming the option. */
  int number(String name, int byDefault) {
    String value = values.getOrDefault(name, Integer.toString(byDefault));
    long number = whole(name, value);
    if (number < 1 || number > NUMBER_MAX) {
      throw new IllegalArgumentException(
          "--" + name + " must be 1 to " + NUMBER_MAX + ", not " + value);
    }
    return (int) number;
  }

  long seed() {
    return whole("seed", values.getOrDefault("seed", "1"));
  }

  private static long whole(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " is not a whole number: " + value, e);
    }
  }
}
