package io.pigpig.edge.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Splits arguments into flags and their values: {@code --name value} or {@code --name=value}.
 *
 * <p>{@code --help} and {@code -h} stand alone.
 */
final class Arguments {

  /** One flag as written, without its dashes. */
  record Flag(String name, String value) {}

  /** All flags in order, and whether help was asked for. */
  record Split(List<Flag> flags, boolean help) {

    /**
     * The flags by name.
     *
     * @throws UsageException naming the first that is not {@code known}, or is given twice
     */
    Map<String, String> only(List<String> known) {
      Map<String, String> values = new TreeMap<>();
      for (Flag flag : flags) {
        if (!known.contains(flag.name())) {
          throw new UsageException(
              "unknown flag --" + flag.name() + "; there are --" + String.join(", --", known));
        }
        if (values.put(flag.name(), flag.value()) != null) {
          throw new UsageException("flag --" + flag.name() + " is given twice");
        }
      }
      return values;
    }
  }

  private Arguments() {}

  /**
   * @throws UsageException naming the word that is no flag, or the flag that has no value
   */
  static Split split(String... words) {
    List<Flag> flags = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      if (word.equals("--help") || word.equals("-h")) {
        return new Split(List.copyOf(flags), true);
      }
      if (!word.startsWith("--") || word.length() == 2) {
        throw new UsageException("\"" + word + "\" is no flag; flags begin with --");
      }
      int equals = word.indexOf('=');
      if (equals > 0) {
        flags.add(new Flag(word.substring(2, equals), word.substring(equals + 1)));
      } else if (i + 1 < words.length && !words[i + 1].startsWith("--")) {
        i++;
        flags.add(new Flag(word.substring(2), words[i]));
      } else {
        throw new UsageException("flag " + word + " has no value");
      }
    }
    return new Split(List.copyOf(flags), false);
  }

  /**
   * A whole number from 1 to {@code max}.
   *
   * @throws UsageException naming the flag
   */
  static int number(String flag, String text, int max) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new UsageException("--" + flag + " must be 1 to " + max + ", not \"" + text + "\"");
  }
}
