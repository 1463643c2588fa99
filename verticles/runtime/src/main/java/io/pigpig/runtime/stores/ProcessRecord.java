package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which process belongs to a data folder: its pid, and when it started, since pids are used again.
 *
 * @param startedMillis since the epoch; 0 where the system does not tell
 */
record ProcessRecord(long pid, long startedMillis) {

  /** Start times are derived from the boot time, which clock corrections shift a little. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  ProcessRecord {
    if (pid <= 0) {
      throw new IllegalArgumentException("pid " + pid);
    }
  }

  static ProcessRecord of(ProcessHandle process) {
    return new ProcessRecord(process.pid(), startedMillis(process));
  }

  /** Nothing if the file is absent or was torn by a crash while it was written. */
  static Optional<ProcessRecord> read(Path file) throws IOException {
    try {
      String[] words = Files.readString(file).strip().split(" ", -1);
      if (words.length != 2) {
        return Optional.empty();
      }
      return Optional.of(new ProcessRecord(Long.parseLong(words[0]), Long.parseLong(words[1])));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  void write(Path file) throws IOException {
    Files.writeString(file, pid + " " + startedMillis);
  }

  boolean isOf(ProcessHandle process) {
    return process.pid() == pid
        && Math.abs(startedMillis(process) - startedMillis) <= TOLERANCE.toMillis();
  }

  private static long startedMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
