package io.pigpig.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** A folder that is gone after use. */
final class TempFolder implements AutoCloseable {

  private static final int ATTEMPTS_MAX = 10;
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Path path;
  private final Wait wait = new Wait(Ticker.system());

  private TempFolder(Path path) {
    this.path = path;
  }

  static TempFolder create() throws IOException {
    return new TempFolder(Files.createTempDirectory("pigpig-perf"));
  }

  Path path() {
    return path;
  }

  /** Tries again for a while: the children of a killed server may still be ending. */
  @Override
  public void close() throws IOException {
    Interruption.during(this::deleteOrGiveUp);
  }

  private void deleteOrGiveUp() throws IOException {
    IOException last = new IOException("not tried");
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        delete();
        return;
      } catch (IOException | UncheckedIOException e) {
        last = new IOException("cannot delete " + path, e);
        wait.pause(PAUSE);
      }
    }
    throw last;
  }

  private void delete() throws IOException {
    List<Path> files;
    try (var walk = Files.walk(path)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
