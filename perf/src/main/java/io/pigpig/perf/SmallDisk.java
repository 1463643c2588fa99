package io.pigpig.perf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A folder on a small file system of its own, in memory, that can be filled to its last byte. Needs
 * root, for the mount; gone after use.
 */
final class SmallDisk implements AutoCloseable {

  private static final int SIZE_MIB = 700;
  private static final int BLOCK = 1 << 20;
  private static final int COMMAND_SECONDS = 10;

  private final TempFolder folder;

  private SmallDisk(TempFolder folder) {
    this.folder = folder;
  }

  /** Throws IOException when it cannot be mounted. */
  static SmallDisk mount() throws IOException {
    TempFolder folder = TempFolder.create();
    String size = "size=" + SIZE_MIB + "m";
    run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.path().toString());
    return new SmallDisk(folder);
  }

  Path path() {
    return folder.path();
  }

  /** Takes all the space there is, over and over until {@code enough}, and gives it back. */
  void fill(Wait wait, Duration enough) throws IOException {
    Path filler = path().resolve("filler");
    try {
      wait.until(enough, () -> !takesAll(filler));
    } finally {
      Files.deleteIfExists(filler);
    }
  }

  /** What is freed meanwhile is taken as well. */
  private static boolean takesAll(Path filler) {
    byte[] block = new byte[BLOCK];
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < SIZE_MIB + 1; i++) {
        out.write(block);
      }
      return false;
    } catch (IOException full) {
      return true;
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed; it needs root");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", path().toString());
    folder.close();
  }
}
