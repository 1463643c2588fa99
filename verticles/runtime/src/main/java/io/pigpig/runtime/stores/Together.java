package io.pigpig.runtime.stores;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Steps of a start that need not wait for each other. Blocking. */
final class Together {

  private Together() {}

  /**
   * Runs each step on a thread of its own and returns when all have ended. When one fails, or the
   * caller is interrupted, the others are interrupted and waited for.
   *
   * @throws StartupFailure the first step's, or saying that the start was broken off
   */
  static void run(Runnable... steps) {
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("start-", 0).factory())) {
      List<Future<?>> begun = new ArrayList<>();
      for (Runnable step : steps) {
        begun.add(threads.submit(step));
      }
      try {
        for (Future<?> step : begun) {
          step.get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new StartupFailure("a store did not start", e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw StoreProcess.interrupted(e);
      }
    }
  }
}
