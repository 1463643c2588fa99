package io.pigpig.perf.load.flow;

/** Decides when requests begin. Owned by the event loop. */
interface Pace {

  /** Begins what may begin now. */
  void pump();

  /** When there is something to begin next, or {@code latestNanos} if that is earlier. */
  long nextNanos(long latestNanos);

  /** Whether nothing will begin any more. */
  boolean isOver();

  /** Nothing begins from now on. */
  void stop();
}
