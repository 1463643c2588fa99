package io.pigpig.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file that says up to which entry of the ledger every callback was acknowledged. Blocking; one
 * caller at a time.
 */
final class Cursor {

  private final Path file;

  Cursor(Path file) {
    this.file = file;
  }

  /**
   * What the file says, at most {@code newest}. Without a file that is {@code newest}: whoever
   * subscribes hears what comes from then on.
   */
  long open(long newest) throws IOException {
    if (Files.notExists(file)) {
      write(newest);
      return newest;
    }
    try {
      return Math.clamp(Long.parseLong(Files.readString(file).strip()), 0, newest);
    } catch (NumberFormatException e) {
      throw new IOException(file + " is no number", e);
    }
  }

  /** Written aside and renamed, so that a crash leaves the old number or the new one. */
  void write(long position) {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(aside, Long.toString(position));
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
