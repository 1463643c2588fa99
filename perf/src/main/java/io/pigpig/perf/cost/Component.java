package io.pigpig.perf.cost;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * A part of a stack whose cost is told apart.
 *
 * @param pids its processes now: one that was killed comes back under another pid
 */
public record Component(String name, Scope scope, Supplier<List<Long>> pids) {

  /** What belongs to a process. */
  public enum Scope {
    /** Itself alone: a JVM, whose children are parts of their own. */
    JVM,
    /** With all that it has forked: a store. */
    TREE;

    /** User and system time since the process began; a store's with that of what it has forked. */
    long cpuMicros(long pid) {
      return this == TREE ? CpuAccounting.treeMicros(pid) : CpuAccounting.processMicros(pid);
    }

    LongStream processes(long pid) {
      return switch (this) {
        case JVM -> LongStream.of(pid);
        case TREE ->
            LongStream.concat(
                LongStream.of(pid),
                ProcessHandle.of(pid).stream()
                    .flatMap(ProcessHandle::descendants)
                    .mapToLong(ProcessHandle::pid));
      };
    }
  }

  /** Every process of it. */
  LongStream processes() {
    return pids.get().stream().flatMapToLong(scope::processes);
  }
}
