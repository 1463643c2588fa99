package io.pigpig.perf;

import io.pigpig.perf.scenario.Strike;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does what a scenario wants done to a stack under load, at its time. One at a time, on a thread of
 * its own from {@link #begin} to {@link #end}.
 */
final class Strikes implements AutoCloseable {

  /** Does it, and returns when it is over. */
  @FunctionalInterface
  interface Act {
    void strike(Strike strike) throws IOException;
  }

  /** Something that was done. */
  record Done(Instant at, String what) {}

  /** After the load; a roll takes longest. */
  private static final Duration LAST_MAX = Duration.ofMinutes(3);

  private final Act act;
  private final List<Strike> strikes;
  private final Duration lastMax;
  private final List<Done> done = new ArrayList<>();
  private final Wait wait = new Wait(Ticker.system());
  private @Nullable Thread thread;
  private volatile @Nullable Strike underWay;
  private volatile @Nullable Exception failure;

  Strikes(Act act, List<Strike> strikes) {
    this(act, strikes, LAST_MAX);
  }

  /**
   * @param lastMax how long after the load the last one may go on
   */
  Strikes(Act act, List<Strike> strikes, Duration lastMax) {
    this.act = act;
    this.strikes = strikes.stream().sorted(Comparator.comparing(Strike::at)).toList();
    this.lastMax = lastMax;
  }

  /** The load began then; from any thread, the first time counts. */
  synchronized void begin(Instant at) {
    if (thread == null) {
      thread = Thread.ofVirtual().name("strikes").start(() -> strikeAll(at));
    }
  }

  private synchronized @Nullable Thread thread() {
    return thread;
  }

  private void strikeAll(Instant begin) {
    try {
      for (Strike strike : strikes) {
        wait.pause(Duration.between(Instant.now(), begin.plus(strike.at())));
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        strike(strike);
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  private void strike(Strike strike) throws IOException {
    underWay = strike;
    done.add(new Done(Instant.now(), strike.toString()));
    act.strike(strike);
    if (strike.what() == Strike.What.ROLL || strike.what() == Strike.What.STOP) {
      done.add(new Done(Instant.now(), "end of: " + strike));
    }
  }

  /**
   * What was done, once the load is over and the last of it too. Throws IOException when something
   * could not be done.
   */
  List<Done> end() throws IOException, InterruptedException {
    if (strikes.isEmpty()) {
      return List.of();
    }
    Thread striking = thread();
    if (striking == null) {
      throw new IOException(
          "nobody said that the load began, so there was no " + strikes.getFirst());
    }
    if (!striking.join(lastMax)) {
      throw new IOException(
          (underWay == null ? strikes.getFirst() + " has not begun " : underWay + " has not ended ")
              + lastMax
              + " after the load");
    }
    Exception failed = failure;
    if (failed != null) {
      throw new IOException(underWay + " failed: " + failed.getMessage(), failed);
    }
    return List.copyOf(done);
  }

  @Override
  public void close() {
    Thread striking = thread();
    if (striking != null) {
      striking.interrupt();
    }
  }
}
