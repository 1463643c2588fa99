package io.pigpig.perf.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Resident memory of processes, from {@code /proc/PID/statm}.
 *
 * <p>What the processes of a store share, such as Postgres' buffers, is resident in each that has
 * touched it: it counts once, as much as the one with most of it has. The kernel knows better
 * (smaps), but walks every page to tell.
 */
final class ResidentMemory {

  /** Of every Linux of ours, x86-64. */
  private static final long PAGE_BYTES = 4_096;

  private ResidentMemory() {}

  static long bytes(Component component) {
    long own = 0;
    long sharedMost = 0;
    for (long pid : component.processes().toArray()) {
      long[] pages = pages(pid);
      own += pages[0] - pages[1];
      sharedMost = Math.max(sharedMost, pages[1]);
    }
    return (own + sharedMost) * PAGE_BYTES;
  }

  /** Resident pages, and how many of them are shared; 0 of a process that is gone. */
  private static long[] pages(long pid) {
    try {
      String[] fields = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", -1);
      return new long[] {Long.parseLong(fields[1]), Long.parseLong(fields[2])};
    } catch (IOException gone) {
      return new long[] {0, 0};
    }
  }
}
