package io.pigpig.perf.cost;

import io.pigpig.perf.process.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Counts the system calls of components with {@code perf stat}, which counts in the kernel and
 * stops nobody. Their threads and children that begin later are counted, a process that comes back
 * under another pid is not.
 *
 * <p>Where perf is missing or forbidden nothing is counted: strace, the other way, makes every call
 * several times as long, and what it counted would be another program's.
 */
final class SyscallCount implements AutoCloseable {

  private static final String EVENT = "raw_syscalls:sys_enter";
  private static final Pattern COUNT = Pattern.compile("(?m)^(\\d+),[^,]*," + EVENT);
  private static final int PATIENCE_SECONDS = 10;

  private final Map<String, Process> counting = new LinkedHashMap<>();

  private SyscallCount() {}

  /** Whether they can be counted here. */
  static boolean isPossible() {
    try {
      return COUNT.matcher(output(perf(List.of("true")))).find();
    } catch (IOException noPerf) {
      return false;
    }
  }

  /** Begins to count; of nothing when it is not possible. */
  static SyscallCount begin(List<Component> components) throws IOException {
    SyscallCount count = new SyscallCount();
    try {
      for (Component component : components) {
        String pids =
            component.processes().mapToObj(Long::toString).collect(Collectors.joining(","));
        if (!pids.isEmpty()) {
          count.counting.put(component.name(), perf(List.of("-p", pids)));
        }
      }
    } catch (IOException e) {
      count.close();
      throw e;
    }
    return count;
  }

  private static Process perf(List<String> what) throws IOException {
    List<String> command = new ArrayList<>(List.of("perf", "stat", "-x,", "-e", EVENT));
    command.addAll(what);
    ProcessBuilder perf = new ProcessBuilder(command).redirectErrorStream(true);
    perf.environment().put("LC_ALL", Locale.ROOT.toString());
    return perf.start();
  }

  /** What it has said once it has ended; a few lines, which its pipe has room for. */
  private static String output(Process perf) throws IOException {
    try {
      if (!perf.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        perf.destroyForcibly();
        throw new IOException("perf stat did not end within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      perf.destroyForcibly();
      throw new IOException("interrupted while perf stat ended", e);
    }
    return new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /**
   * Ends it; what was counted by component, without those that perf could not count. Throws
   * IOException when it does not end.
   */
  Map<String, Long> end() throws IOException {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Map.Entry<String, Process> entry : counting.entrySet()) {
      // It prints when it is interrupted, and not when it is told to end.
      Signal.sendUnlessGone("-INT", entry.getValue().toHandle());
      count(output(entry.getValue())).ifPresent(calls -> counts.put(entry.getKey(), calls));
    }
    counting.clear();
    return counts;
  }

  static OptionalLong count(String output) {
    Matcher line = COUNT.matcher(output);
    return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
  }

  @Override
  public void close() {
    counting.values().forEach(Process::destroyForcibly);
  }
}
