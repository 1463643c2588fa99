package io.pigpig.perf;

import io.pigpig.perf.scenario.Strike;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  private static final Duration LAST_MAX = Duration.ofMinutes(3);

  private final Act act;
  private final List<Strike> strikes;
  private final List<Done> done = new ArrayList<>();
  private final CompletableFuture<Instant> began = new CompletableFuture<>();
  private final Wait wait = new Wait(Ticker.system());
  private final Thread thread;
  private @Nullable IOException failure;

  Strikes(Act act, List<Strike> strikes) {
    this.act = act;
    this.strikes = strikes.stream().sorted(Comparator.comparing(Strike::at)).toList();
    this.thread = Thread.ofVirtual().name("strikes").unstarted(this::strikeAll);
  }

  /** The load began then; from any thread, the first time counts. */
  void begin(Instant at) {
    if (began.complete(at)) {
      thread.start();
    }
  }

  private void strikeAll() {
    try {
      for (Strike strike : strikes) {
        Instant due = began.join().plus(strike.at());
        wait.pause(Duration.between(Instant.now(), due));
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        done.add(new Done(Instant.now(), strike.toString()));
        act.strike(strike);
        if (strike.what() == Strike.What.ROLL || strike.what() == Strike.What.STOP) {
          done.add(new Done(Instant.now(), "end of: " + strike));
        }
      }
    } catch (IOException e) {
      failure = e;
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
    if (!began.isDone() || !thread.join(LAST_MAX)) {
      throw new IOException(strikes.getLast() + " has not ended " + LAST_MAX + " after the load");
    }
    if (failure != null) {
      throw failure;
    }
    return List.copyOf(done);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
