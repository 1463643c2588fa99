package io.pigpig.perf;

import io.pigpig.perf.report.RunRecord.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The machine that this runs on, and the commit that it runs. */
final class Machine {

  private Machine() {}

  /** Reads it from procfs and git; what cannot be read says {@code unknown}. */
  static Where here(Path repository, Instant at) {
    return new Where(
        readCpuModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.version", "unknown"),
        System.getProperty("java.runtime.version", "unknown"),
        readCommit(repository),
        at.toEpochMilli());
  }

  private static String readCpuModel() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String readCommit(Path repository) {
    try {
      Process git =
          new ProcessBuilder("git", "-C", repository.toString(), "rev-parse", "--short", "HEAD")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String hash = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return hash.isEmpty() ? "unknown" : hash;
    } catch (IOException e) {
      return "unknown";
    }
  }
}
