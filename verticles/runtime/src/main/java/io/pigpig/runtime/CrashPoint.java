package io.pigpig.runtime;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Ends the process at one step of its input and output, as a power cut would: for fault runs. Off
 * unless the system property {@code pigpig.crash-at} names a step: {@code before:TEXT} or {@code
 * after:TEXT}, where TEXT is part of what the step is called, such as {@code after:place_orders};
 * {@code ~} stands for a blank, which flags of a JVM are split at. {@code pigpig.crash-one-in} lets
 * all but one of so many go by, at random.
 */
public final class CrashPoint {

  private static final String AT = System.getProperty("pigpig.crash-at", "").replace('~', ' ');
  private static final int ONE_IN = Integer.getInteger("pigpig.crash-one-in", 1);
  private static final int EXIT = 137;

  private CrashPoint() {}

  /** The step is about to be asked of somebody else. */
  public static void before(String step) {
    reach("before:", step);
  }

  /** The answer has come, and nobody has heard of it yet. */
  public static void after(String step) {
    reach("after:", step);
  }

  private static void reach(String when, String step) {
    if (!AT.isEmpty()
        && AT.startsWith(when)
        && step.contains(AT.substring(when.length()))
        && ThreadLocalRandom.current().nextInt(ONE_IN) == 0) {
      Runtime.getRuntime().halt(EXIT);
    }
  }
}
