package io.pigpig.perf.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time of processes, user and system, read from {@code /proc/PID/stat}: all threads, those that
 * ended included.
 *
 * <p>Microseconds in steps of one clock tick (10 ms; USER_HZ is 100 on every Linux of ours). Linux
 * samples only how the time is split by ticks; the sum it takes from the scheduler, so that a
 * figure of some seconds is good to a few per mille. {@code /proc/PID/task/TID/schedstat} has
 * nanoseconds, but forgets a thread when it ends. A process that is gone counts 0.
 */
final class CpuAccounting {

  private static final long MICROS_PER_TICK = 10_000;
  // Counted from the field behind the command's closing bracket, which is field 3 of proc(5).
  private static final int UTIME = 14 - 3;
  private static final int CHILDREN_UTIME = 16 - 3;

  private CpuAccounting() {}

  static long processMicros(long pid) {
    return micros(pid, UTIME);
  }

  /** The children of {@code pid} that have ended and were waited for. */
  static long endedChildrenMicros(long pid) {
    return micros(pid, CHILDREN_UTIME);
  }

  /**
   * A server that forks: itself, its living children, and those it has waited for. Only differences
   * mean anything; a child that ends moves its time from the second part to the third.
   */
  static long treeMicros(long pid) {
    return Component.Scope.TREE
        .processes(pid)
        .map(each -> processMicros(each) + endedChildrenMicros(each))
        .sum();
  }

  private static long micros(long pid, int field) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1])) * MICROS_PER_TICK;
    } catch (IOException gone) {
      return 0;
    }
  }
}
