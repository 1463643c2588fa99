package io.pigpig.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Runs calls on virtual threads, a bounded number at a time. */
final class Clients {

  private final int concurrent;

  Clients(int concurrent) {
    this.concurrent = concurrent;
  }

  /**
   * Every call's result, in order; throws the first failure. An interruption ends those under way.
   */
  <T> List<T> all(List<Callable<T>> calls) throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        return all(calls, threads);
      } catch (InterruptedException | ExecutionException e) {
        // Closing alone waits for them, and customers are patient.
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private <T> List<T> all(List<Callable<T>> calls, ExecutorService threads)
      throws InterruptedException, ExecutionException {
    Semaphore permits = new Semaphore(concurrent);
    List<Future<T>> futures = new ArrayList<>(calls.size());
    for (Callable<T> call : calls) {
      permits.acquire();
      futures.add(
          threads.submit(
              () -> {
                try {
                  return call.call();
                } finally {
                  permits.release();
                }
              }));
    }
    List<T> results = new ArrayList<>(calls.size());
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }
}
