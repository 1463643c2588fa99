package io.pigpig.order.sim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/** Everything that happened in a run: the SHA-256 of all lines, and the last of them. */
final class EventLog {

  private final MessageDigest sha256;
  private final int tailMax;
  private final ArrayDeque<String> tail = new ArrayDeque<>();
  private long lines;

  /**
   * @param tailMax the most lines that are kept
   */
  EventLog(int tailMax) {
    this.tailMax = tailMax;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void add(long atNanos, String what) {
    String line = atNanos / 1_000 + " " + what;
    sha256.update(line.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) '\n');
    lines++;
    if (tailMax > 0) {
      if (tail.size() == tailMax) {
        tail.removeFirst();
      }
      tail.addLast(line);
    }
  }

  /** Ends the log; nothing is added after. */
  String hash() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  long lines() {
    return lines;
  }

  List<String> tail() {
    return List.copyOf(tail);
  }
}
