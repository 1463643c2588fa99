package io.pigpig.perf.cost;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Probes of JVMs, attached when they are first asked for. A JVM that is gone, not yet ready to be
 * asked, or stopped has no answer.
 *
 * <p>Owned by one thread. RMI has no deadline but one for the whole program, so a question is asked
 * on a thread of its own, which the owner waits {@link #ANSWER_MAX} for; until it has come back,
 * that JVM is asked nothing else. So there is at most one such thread a JVM.
 */
final class JvmProbes implements AutoCloseable {

  private static final Duration ATTACH_MAX = Duration.ofSeconds(20);
  private static final Duration ANSWER_MAX = Duration.ofMillis(500);

  @FunctionalInterface
  private interface Question {
    long ask(JvmProbe probe) throws IOException;
  }

  private final Map<Long, Probed> jvms = new HashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("probe").factory());

  /** One JVM, and what it was asked last. */
  private final class Probed {
    private final long pid;
    private volatile @Nullable JvmProbe probe;
    private @Nullable Future<Long> newest;

    private Probed(long pid) {
      this.pid = pid;
    }

    private OptionalLong ask(Question question, Duration most) {
      Future<Long> before = newest;
      if (before != null && !before.isDone()) {
        return OptionalLong.empty();
      }
      Future<Long> asked = threads.submit(() -> question.ask(attached()));
      newest = asked;
      try {
        return OptionalLong.of(asked.get(most.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException stopped) {
        return OptionalLong.empty();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException) {
          // Gone, or not yet there.
          return OptionalLong.empty();
        }
        throw new IllegalStateException("JVM " + pid + " cannot be asked", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return OptionalLong.empty();
      }
    }

    private JvmProbe attached() throws IOException {
      JvmProbe known = probe;
      if (known == null) {
        known = JvmProbe.attach(pid);
        probe = known;
      }
      return known;
    }
  }

  /** Makes a JVM ready to be asked, which takes longer than a question; whether it is. */
  boolean attach(long pid) {
    return jvm(pid).ask(JvmProbe::stoppedMicros, ATTACH_MAX).isPresent();
  }

  OptionalLong stoppedMicros(long pid) {
    return jvm(pid).ask(JvmProbe::stoppedMicros, ANSWER_MAX);
  }

  OptionalLong allocatedBytes(long pid) {
    return jvm(pid).ask(JvmProbe::allocatedBytes, ANSWER_MAX);
  }

  private Probed jvm(long pid) {
    return jvms.computeIfAbsent(pid, Probed::new);
  }

  /** Returns at once: a JVM that is stopped does not even take leave. */
  @Override
  public void close() {
    for (Probed jvm : jvms.values()) {
      JvmProbe probe = jvm.probe;
      if (probe != null) {
        threads.execute(probe::close);
      }
    }
    threads.shutdown();
  }
}
