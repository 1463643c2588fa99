package io.pigpig.perf.load.schedule;

import io.pigpig.perf.load.LoadPlan.Phase;

/**
 * Arrivals of a rate that goes evenly from one value to another.
 *
 * <p>With rates a and b over T seconds, the integral of the rate up to t is n(t) = a t + s t^2 / 2,
 * where s = (b - a) / T, and a request leaves whenever n(t) has come to a whole number. Solved for
 * the time this is t = 2 n / (a + sqrt(a^2 + 2 s n)), a form without the difference of two nearly
 * equal numbers, and n / a where the rate is constant.
 */
final class RampArrivals implements Arrivals {

  private static final double NANOS_PER_SECOND = 1e9;

  private final long startNanos;
  private final double rate;
  private final double slope;
  private final double total;
  private final double firstOfNext;
  private double next;

  /**
   * @param first how much of the integral is left until the first request, from 0 to less than 1:
   *     phases share their fractions
   */
  RampArrivals(Phase phase, long startNanos, double first) {
    this.startNanos = startNanos;
    this.rate = phase.fromPerSecond();
    this.slope = (phase.toPerSecond() - phase.fromPerSecond()) / phase.seconds();
    this.total = (phase.fromPerSecond() + phase.toPerSecond()) / 2 * phase.seconds();
    this.next = first;
    this.firstOfNext = Math.max(0, first + Math.max(0, Math.ceil(total - first)) - total);
  }

  @Override
  public long peekNanos() {
    if (next >= total) {
      return Schedule.NONE;
    }
    double root = Math.sqrt(Math.max(0, rate * rate + 2 * slope * next));
    double seconds = next == 0 ? 0 : 2 * next / (rate + root);
    return startNanos + (long) (seconds * NANOS_PER_SECOND);
  }

  @Override
  public void advance() {
    next++;
  }

  /** What is left until the first request of the phase after this one. */
  double firstOfNext() {
    return firstOfNext;
  }
}
