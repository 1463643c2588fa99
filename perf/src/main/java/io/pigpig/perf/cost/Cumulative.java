package io.pigpig.perf.cost;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * A count that only grows, over processes that end and come back under another pid: what each had
 * when it was seen last goes on counting. Owned by one thread.
 */
final class Cumulative {

  private final LongFunction<OptionalLong> ofProcess;
  private final Map<Long, Long> newest = new HashMap<>();

  /**
   * @param ofProcess the count of a pid since that process began; less than before when it is gone,
   *     empty when it cannot be asked
   */
  Cumulative(LongFunction<OptionalLong> ofProcess) {
    this.ofProcess = ofProcess;
  }

  /** One that can always be asked. */
  static Cumulative of(LongUnaryOperator ofProcess) {
    return new Cumulative(pid -> OptionalLong.of(ofProcess.applyAsLong(pid)));
  }

  /** The sum over all processes seen so far; only differences mean anything. */
  long over(List<Long> pids) {
    wholeOver(pids);
    return newest.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same; empty while one of the processes cannot be asked, or where there is none. */
  OptionalLong wholeOver(List<Long> pids) {
    boolean whole = true;
    for (long pid : pids) {
      OptionalLong now = ofProcess.apply(pid);
      now.ifPresent(count -> newest.merge(pid, count, Math::max));
      whole &= now.isPresent();
    }
    return whole && !newest.isEmpty()
        ? OptionalLong.of(newest.values().stream().mapToLong(Long::longValue).sum())
        : OptionalLong.empty();
  }
}
