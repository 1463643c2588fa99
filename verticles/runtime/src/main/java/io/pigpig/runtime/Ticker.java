package io.pigpig.runtime;

/** Monotonic time in nanoseconds, for deadlines and durations; never compared across machines. */
@FunctionalInterface
public interface Ticker {

  long nanos();

  /** The one place where the system's monotonic clock is read. */
  static Ticker system() {
    return System::nanoTime;
  }
}
