package io.pigpig.perf.load.schedule;

/** Times at which requests are to leave, in nanoseconds since a schedule's begin, ascending. */
interface Arrivals {

  /** The next one, or {@link Schedule#NONE}. */
  long peekNanos();

  /** Goes on to the one after it. */
  void advance();
}
