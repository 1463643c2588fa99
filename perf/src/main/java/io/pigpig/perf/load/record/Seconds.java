package io.pigpig.perf.load.record;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The seconds of a run that may still be written to. Owned by the event loop.
 *
 * <p>A second is closed only once all its arrivals have been seen, so that a loop that is late
 * still counts each arrival in its second and each answer in another.
 */
public final class Seconds {

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<Second> closed;
  private final ArrayDeque<Second> open = new ArrayDeque<>();
  private int firstOpen;
  private Second newest = new Second(0);
  private long newestFromNanos;

  /**
   * @param closed takes each second in turn, without waiting
   */
  public Seconds(Consumer<Second> closed) {
    this.closed = closed;
    open.add(newest);
  }

  /** The second that a time since the begin is in. */
  public Second at(long sinceBeginNanos) {
    while (sinceBeginNanos >= newestFromNanos + SECOND_NANOS) {
      newestFromNanos += SECOND_NANOS;
      newest = new Second(firstOpen + open.size());
      open.add(newest);
    }
    return sinceBeginNanos >= newestFromNanos ? newest : older(sinceBeginNanos);
  }

  /** A time before the oldest open second counts there; that is a clock that went backwards. */
  private Second older(long sinceBeginNanos) {
    int index = (int) (sinceBeginNanos / SECOND_NANOS) - firstOpen;
    for (Second second : open) {
      if (index-- <= 0) {
        return second;
      }
    }
    return newest;
  }

  /**
   * Closes every second before the one of this time, up to which all arrivals must have been seen;
   * whether there was one.
   */
  public boolean closeBefore(long sinceBeginNanos) {
    boolean any = false;
    while (sinceBeginNanos >= (firstOpen + 1) * SECOND_NANOS) {
      at(sinceBeginNanos);
      closeFirst();
      any = true;
    }
    return any;
  }

  /** The run is over. */
  public void closeAll() {
    while (!open.isEmpty()) {
      closeFirst();
    }
  }

  private void closeFirst() {
    firstOpen++;
    closed.accept(open.remove());
  }
}
