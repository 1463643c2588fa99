package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The file that a server's output goes to: two of 8 MiB at most, the older under the name with
 * {@code .1}. Blocking; owned by whoever runs the server.
 */
final class ServerLog {

  private static final long KEPT_BYTES = 8L << 20;
  private static final int TAIL_BYTES = 4096;

  private final Path file;
  private long beganBytes;

  ServerLog(Path file) {
    this.file = file;
  }

  /** Before each start. */
  void begin() throws IOException {
    if (Files.exists(file) && Files.size(file) > KEPT_BYTES) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    beganBytes = Files.exists(file) ? Files.size(file) : 0;
  }

  /** The last lines since the start. */
  List<String> tail() throws IOException {
    byte[] tail;
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      open.seek(Math.max(beganBytes, open.length() - TAIL_BYTES));
      tail = new byte[(int) (open.length() - open.getFilePointer())];
      open.readFully(tail);
    }
    return new String(tail, StandardCharsets.UTF_8).lines().toList();
  }
}
