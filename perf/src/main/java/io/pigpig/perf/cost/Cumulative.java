package io.pigpig.perf.cost;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * A count that only grows, over processes that end and come back under another pid: what each had
 * when it was seen last goes on counting. Owned by one thread.
 */
final class Cumulative {

  private final LongUnaryOperator ofProcess;
  private final Map<Long, Long> newest = new HashMap<>();

  /**
   * @param ofProcess the count of a pid since that process began; less than before when it is gone
   */
  Cumulative(LongUnaryOperator ofProcess) {
    this.ofProcess = ofProcess;
  }

  /** The sum over all processes seen so far; only differences mean anything. */
  long over(List<Long> pids) {
    for (long pid : pids) {
      newest.merge(pid, ofProcess.applyAsLong(pid), Math::max);
    }
    return newest.values().stream().mapToLong(Long::longValue).sum();
  }
}
