package io.pigpig.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the load generator wrk, one thread and {@value #CONNECTIONS} connections, to its end. */
final class WrkRun {

  static final int CONNECTIONS = 64;

  private final Path script;

  WrkRun(Path script) {
    this.script = script;
  }

  /** Nothing, or one line on how to get it. */
  static List<String> missing() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, "wrk"))) {
        return List.of();
      }
    }
    return List.of(
        "wrk is missing: apt-get install wrk (Debian, Ubuntu), brew install wrk (macOS)");
  }

  /** The file the script reads its SKUs, tokens and key prefix from. */
  static void writeFeed(Path file, String run, List<String> skus, List<String> tokens)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("run " + run);
    skus.forEach(sku -> lines.add("sku " + sku));
    tokens.forEach(token -> lines.add("token " + token));
    Files.write(file, lines);
  }

  WrkFigures run(int port, Duration length, Path feed) throws IOException {
    Process wrk =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + CONNECTIONS,
                "-d" + length.toSeconds() + "s",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + port,
                "--",
                feed.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return WrkFigures.parse(output);
  }
}
