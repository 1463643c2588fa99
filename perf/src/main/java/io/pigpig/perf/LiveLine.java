package io.pigpig.perf;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * A load on the terminal: one line that is written anew every second, with the last seconds'
 * throughput as little bars. Without a terminal each second is a line of its own.
 *
 * <p>Owned by one thread.
 */
final class LiveLine {

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int SECONDS_SHOWN = 30;

  /** The line anew; what does not fit into it is cut off and does not begin another one. */
  private static final String LINE_BEGIN = "\r\u001b[K\u001b[?7l";

  private static final String LINE_END = "\u001b[?7h";

  private final String title;
  private final PrintStream out;
  private final boolean terminal;
  private final Deque<Long> accepted = new ArrayDeque<>();

  /**
   * @param title what every line begins with
   */
  LiveLine(String title, PrintStream out, boolean terminal) {
    this.title = title;
    this.out = out;
    this.terminal = terminal;
  }

  static LiveLine onTerminal(String title) {
    return new LiveLine(title, System.out, isTerminal());
  }

  /** System.console() also wants standard input to be one, and is null or not by the JDK. */
  private static boolean isTerminal() {
    try {
      Path output = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
      return output.startsWith("/dev/pts") || output.startsWith("/dev/tty");
    } catch (IOException unknown) {
      return false;
    }
  }

  void show(LoadSecond second) {
    if (accepted.size() == SECONDS_SHOWN) {
      accepted.removeFirst();
    }
    accepted.add(second.accepted());
    String line =
        String.format(
            Locale.ROOT,
            "  %s %4d s  %,8d/s accepted  %,8d/s refused  %,6d failed  p99 %8.1f ms",
            title,
            second.second() + 1,
            second.accepted(),
            second.refused(),
            second.failed(),
            second.p99Micros() / 1e3);
    if (terminal) {
      out.print(LINE_BEGIN + line + "  " + bars() + LINE_END);
      out.flush();
    } else {
      out.println(line);
    }
  }

  private String bars() {
    long most = Math.max(1, accepted.stream().mapToLong(Long::longValue).max().orElse(1));
    StringBuilder bars = new StringBuilder();
    for (long each : accepted) {
      bars.append(BARS.charAt((int) (each * (BARS.length() - 1) / most)));
    }
    return bars.toString();
  }

  /** What comes next begins on a line of its own. */
  void end() {
    if (terminal && !accepted.isEmpty()) {
      out.println();
    }
  }
}
