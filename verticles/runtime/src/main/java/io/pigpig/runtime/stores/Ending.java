package io.pigpig.runtime.stores;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps of an end. Each is tried whatever became of those before, so that one process that cannot
 * be stopped leaves no other behind. Blocking; owned by one thread, an interruption of which waits
 * until the end is over.
 */
final class Ending {

  private @Nullable RuntimeException failed;

  /** Runs the steps at once, each on a thread of its own, and returns when all have ended. */
  Ending atOnce(Collection<? extends Runnable> steps) {
    List<Thread> threads = new ArrayList<>();
    for (Runnable step : steps) {
      threads.add(Thread.ofPlatform().name("end-" + threads.size()).start(() -> run(step)));
    }
    threads.forEach(Ending::joined);
    return this;
  }

  /** Runs one step. */
  Ending then(Runnable step) {
    return atOnce(List.of(step));
  }

  private void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      add(e);
    }
  }

  private synchronized void add(RuntimeException e) {
    if (failed == null) {
      failed = e;
    } else {
      failed.addSuppressed(e);
    }
  }

  /** The steps have bounds of their own, so this has none. */
  private static void joined(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the end.
   *
   * @throws RuntimeException that of the first step that failed, with those of the others
   */
  synchronized void done() {
    if (failed != null) {
      throw failed;
    }
  }
}
