package io.pigpig.runtime.stores;

import java.io.IOException;

/** Reads the {@code name:value} lines that Redis answers to INFO and to CLUSTER INFO. */
final class RedisInfo {

  private RedisInfo() {}

  /**
   * The value of that name.
   *
   * @throws IOException if there is none
   */
  static String text(String info, String name) throws IOException {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow(() -> new IOException("it does not say its " + name));
  }

  /** The number of that name; 0 if there is none. */
  static long number(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElse(0);
  }
}
