package io.pigpig.perf.load.schedule;

import io.pigpig.perf.load.LoadPlan.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The times of a whole run, phase after phase, known before it begins: nothing that happens moves
 * them. Owned by one thread.
 */
public final class Schedule {

  /** No further arrival. */
  public static final long NONE = Long.MAX_VALUE;

  private final List<Arrivals> phases;
  private final long lengthNanos;
  private int current;

  private Schedule(List<Arrivals> phases, long lengthNanos) {
    this.phases = List.copyOf(phases);
    this.lengthNanos = lengthNanos;
  }

  /** Throws IOException when recorded arrivals cannot be read. */
  public static Schedule of(List<Phase> phases) throws IOException {
    List<Arrivals> arrivals = new ArrayList<>();
    long startNanos = 0;
    double first = 0;
    for (Phase phase : phases) {
      if (phase.replayFile().isEmpty()) {
        RampArrivals ramp = new RampArrivals(phase, startNanos, first);
        arrivals.add(ramp);
        first = ramp.firstOfNext();
        startNanos += (long) (phase.seconds() * TimeUnit.SECONDS.toNanos(1));
      } else {
        RecordedArrivals recorded = RecordedArrivals.read(Path.of(phase.replayFile()), startNanos);
        arrivals.add(recorded);
        startNanos += recorded.lengthNanos();
      }
    }
    return new Schedule(arrivals, startNanos);
  }

  public long lengthNanos() {
    return lengthNanos;
  }

  /** When the next request is to leave, in nanoseconds since the begin, or {@link #NONE}. */
  public long peekNanos() {
    while (current < phases.size()) {
      long next = phases.get(current).peekNanos();
      if (next != NONE) {
        return next;
      }
      current++;
    }
    return NONE;
  }

  /** Goes on to the request after it. */
  public void advance() {
    phases.get(current).advance();
  }
}
