package io.pigpig.perf;

import java.io.IOException;

/** Cleaning up after an interruption, which is no reason to leave anything behind. */
final class Interruption {

  /** What is done all the same. */
  @FunctionalInterface
  interface Cleaning {
    void run() throws IOException;
  }

  private Interruption() {}

  /** Runs it to its end, and has the thread interrupted again if it was. */
  static void during(Cleaning cleaning) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      cleaning.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
