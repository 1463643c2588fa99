package io.pigpig.perf.load.flow;

import io.pigpig.perf.load.schedule.Schedule;

/**
 * Requests begin when the schedule says so, whatever became of those before: one that is late is
 * begun at once and counts from its intended time.
 */
final class OpenPace implements Pace {

  /** So that answers are read in between also when many are overdue. */
  private static final int AT_ONCE_MAX = 256;

  private final Loop loop;
  private final Schedule schedule;
  private final Flow flow;
  private final long beginNanos;
  private boolean stopped;
  private boolean pumping;

  OpenPace(Loop loop, Schedule schedule, Flow flow, long beginNanos) {
    this.loop = loop;
    this.schedule = schedule;
    this.flow = flow;
    this.beginNanos = beginNanos;
  }

  @Override
  public void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    for (int i = 0; i < AT_ONCE_MAX && !stopped; i++) {
      long now = loop.nanos();
      long next = schedule.peekNanos();
      if (next > now - beginNanos) {
        break;
      }
      schedule.advance();
      flow.offer(beginNanos + next, now);
    }
    pumping = false;
  }

  @Override
  public long nextNanos(long latestNanos) {
    long next = stopped ? Schedule.NONE : schedule.peekNanos();
    return next == Schedule.NONE ? latestNanos : Math.min(beginNanos + next, latestNanos);
  }

  @Override
  public boolean isOver() {
    return stopped
        || (schedule.peekNanos() == Schedule.NONE
            && loop.nanos() - beginNanos >= schedule.lengthNanos());
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
