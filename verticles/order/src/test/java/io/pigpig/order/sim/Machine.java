package io.pigpig.order.sim;

import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What a process with one event loop runs on: its loop, its timers and its two clocks.
 *
 * <p>A machine that was killed runs nothing any more, whatever was promised to it. One that is
 * paused runs what came meanwhile when it goes on, in the order in which it came.
 */
final class Machine implements Executor, Pause, Ticker, InstantSource {

  private static final long TURN_NANOS_MAX = 50_000;

  private final World world;
  private final String name;
  private final long tickerBaseNanos;
  private final List<Runnable> held = new ArrayList<>();
  private boolean dead;
  private boolean paused;
  private long skewMillis;
  private long lastTurnNanos;

  Machine(World world, String name) {
    this.world = world;
    this.name = name;
    this.tickerBaseNanos = world.random().nextLong(1L << 40);
  }

  String name() {
    return name;
  }

  boolean isDead() {
    return dead;
  }

  /** Runs the task now if the machine runs, later if it is paused, never if it is dead. */
  void run(Runnable task) {
    if (dead) {
      return;
    }
    if (paused) {
      held.add(task);
    } else {
      task.run();
    }
  }

  /** At the end of a turn, and turns follow each other. */
  @Override
  public void execute(Runnable task) {
    long at = world.scheduler().nowNanos() + world.random().nextLong(TURN_NANOS_MAX);
    lastTurnNanos = Math.max(at, lastTurnNanos + 1);
    world.scheduler().at(lastTurnNanos, () -> run(task));
  }

  @Override
  public Future<Void> millis(long delayMillis) {
    Promise<Void> promise = Promise.promise();
    later(TimeUnit.MILLISECONDS.toNanos(delayMillis), promise::complete);
    return promise.future();
  }

  void later(long delayNanos, Runnable task) {
    world.scheduler().after(delayNanos, () -> run(task));
  }

  void every(long periodNanos, Runnable task) {
    later(
        periodNanos,
        () -> {
          every(periodNanos, task);
          task.run();
        });
  }

  @Override
  public long nanos() {
    return tickerBaseNanos + world.scheduler().nowNanos();
  }

  @Override
  public Instant instant() {
    return world.scheduler().trueTime().plusMillis(skewMillis);
  }

  void jumpClock(long toSkewMillis) {
    skewMillis = toSkewMillis;
  }

  void pause() {
    paused = true;
  }

  void goOn() {
    paused = false;
    List<Runnable> came = List.copyOf(held);
    held.clear();
    came.forEach(task -> world.scheduler().after(0, () -> run(task)));
  }

  void kill() {
    dead = true;
    held.clear();
  }
}
