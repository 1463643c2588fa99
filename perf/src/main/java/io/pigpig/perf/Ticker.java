package io.pigpig.perf;

/** Monotonic time in nanoseconds; this module's own, because it sees no other of the stack. */
@FunctionalInterface
public interface Ticker {

  long nanos();

  /** The one place of this module where the system's monotonic clock is read. */
  static Ticker system() {
    return System::nanoTime;
  }
}
