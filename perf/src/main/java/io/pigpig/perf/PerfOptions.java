package io.pigpig.perf;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The {@code --name value} pairs behind a scenario's name. */
record PerfOptions(Map<String, String> values) {

  /** What a value has to be; any text where the name says nothing. */
  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("rounds", Kind.NUMBER),
          Map.entry("seconds", Kind.NUMBER),
          Map.entry("minutes", Kind.NUMBER),
          Map.entry("connections", Kind.NUMBER),
          Map.entry("skus", Kind.NUMBER),
          Map.entry("capacity", Kind.NUMBER),
          Map.entry("units", Kind.NUMBER),
          Map.entry("requests", Kind.NUMBER),
          Map.entry("clients", Kind.NUMBER),
          Map.entry("copies", Kind.NUMBER),
          Map.entry("rate", Kind.NUMBER),
          Map.entry("live-holds", Kind.NUMBER),
          Map.entry("seed", Kind.WHOLE),
          Map.entry("syscalls", Kind.ON_OFF),
          Map.entry("port", Kind.PORT),
          Map.entry("management-port", Kind.PORT),
          Map.entry("grpc-port", Kind.PORT),
          Map.entry("bare-port", Kind.PORT));

  private static final int NUMBER_MAX = 100_000_000;

  /** Other stacks have ports above, two or a hundred further each. */
  private static final int PORT_MAX = 65_535 - 200;

  private enum Kind {
    NUMBER,
    WHOLE,
    ON_OFF,
    PORT
  }

  PerfOptions {
    values = Map.copyOf(values);
  }

  /**
   * Reads the arguments from {@code from} on. Throws WrongCommandException naming the bad one:
   * nothing has been started yet.
   *
   * @param known names
   */
  static PerfOptions parse(String[] arguments, int from, Set<String> known) {
    Map<String, String> values = new TreeMap<>();
    for (int i = from; i < arguments.length; i += 2) {
      if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
        throw new WrongCommandException("expected --name value at: " + arguments[i]);
      }
      String name = arguments[i].substring(2);
      if (!known.contains(name)) {
        throw new WrongCommandException(
            "unknown option --" + name + "; known: " + new TreeSet<>(known));
      }
      if (values.put(name, arguments[i + 1]) != null) {
        throw new WrongCommandException("option --" + name + " is given twice");
      }
    }
    PerfOptions options = new PerfOptions(values);
    values.keySet().forEach(options::check);
    return options;
  }

  private void check(String name) {
    switch (KINDS.get(name)) {
      case NUMBER -> number(name, 1);
      case WHOLE -> whole(name, text(name, ""));
      case ON_OFF -> onOff(name, "on");
      case PORT -> port(name, 1);
      case null -> {}
    }
  }

  /** As they are written, in the order of their names. */
  @Override
  public String toString() {
    return new TreeMap<>(values)
        .entrySet().stream()
            .map(each -> "--" + each.getKey() + " " + quoted(each.getValue()))
            .collect(Collectors.joining(" "));
  }

  private static String quoted(String value) {
    return value.contains(" ") ? "'" + value + "'" : value;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** What stands between spaces. */
  List<String> words(String name) {
    return Stream.of(text(name, "").split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  String text(String name, String byDefault) {
    return values.getOrDefault(name, byDefault);
  }

  boolean onOff(String name, String byDefault) {
    String value = text(name, byDefault);
    if (!value.equals("on") && !value.equals("off")) {
      throw new WrongCommandException("--" + name + " is on or off, not " + value);
    }
    return value.equals("on");
  }

  /** A count: 1 to 100 million. Throws WrongCommandException naming the option. */
  int number(String name, int byDefault) {
    String value = values.getOrDefault(name, Integer.toString(byDefault));
    long number = whole(name, value);
    if (number < 1 || number > NUMBER_MAX) {
      throw new WrongCommandException(
          "--" + name + " must be 1 to " + NUMBER_MAX + ", not " + value);
    }
    return (int) number;
  }

  /** A port, with room for the ports beside it. Throws WrongCommandException naming the option. */
  int port(String name, int byDefault) {
    int port = number(name, byDefault);
    if (port > PORT_MAX) {
      throw new WrongCommandException("--" + name + " must be 1 to " + PORT_MAX + ", not " + port);
    }
    return port;
  }

  long seed() {
    return whole("seed", values.getOrDefault("seed", "1"));
  }

  private static long whole(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new WrongCommandException("--" + name + " is not a whole number: " + value, e);
    }
  }
}
