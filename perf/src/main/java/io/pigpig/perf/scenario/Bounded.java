package io.pigpig.perf.scenario;

/** The check of a whole number. */
final class Bounded {

  private Bounded() {}

  /** Throws IllegalArgumentException naming key and value. */
  static void check(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(key + " is " + least + " to " + most + ", not " + value);
    }
  }
}
