package io.pigpig.order.sim;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Virtual time: the earliest event is next, and of two at one moment the one that was asked for
 * first. What is seeded are the delays that its callers ask for. Nanoseconds since the run began.
 */
final class Scheduler {

  private record Event(long atNanos, long sequence, Runnable action) {}

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Comparator<Event> EARLIEST =
      Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::sequence);

  private final PriorityQueue<Event> queue = new PriorityQueue<>(EARLIEST);
  private long nowNanos;
  private long sequence;

  long nowNanos() {
    return nowNanos;
  }

  /** The true time of day, which is that of the stores, in microseconds as Postgres has it. */
  Instant trueTime() {
    return BEGIN.plusNanos(nowNanos / 1_000 * 1_000);
  }

  void after(long delayNanos, Runnable action) {
    at(nowNanos + delayNanos, action);
  }

  void at(long atNanos, Runnable action) {
    queue.add(new Event(Math.max(atNanos, nowNanos), sequence++, action));
  }

  /** Runs every event up to then. */
  void runUntil(long untilNanos) {
    for (Event next = queue.peek(); next != null && next.atNanos <= untilNanos; ) {
      queue.remove();
      nowNanos = next.atNanos;
      next.action.run();
      next = queue.peek();
    }
    nowNanos = untilNanos;
  }
}
