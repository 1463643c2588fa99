package io.pigpig.perf.cost;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Probes of JVMs, attached when they are first asked for. A JVM that is gone, or not yet ready to
 * be asked, answers 0. Owned by one thread.
 */
final class JvmProbes implements AutoCloseable {

  @FunctionalInterface
  private interface Question {
    long ask(JvmProbe probe) throws IOException;
  }

  private final Map<Long, JvmProbe> probes = new HashMap<>();

  long stoppedMicros(long pid) {
    return ask(pid, JvmProbe::stoppedMicros);
  }

  long allocatedBytes(long pid) {
    return ask(pid, JvmProbe::allocatedBytes);
  }

  private long ask(long pid, Question question) {
    try {
      JvmProbe probe = probes.get(pid);
      if (probe == null) {
        probe = JvmProbe.attach(pid);
        probes.put(pid, probe);
      }
      return question.ask(probe);
    } catch (IOException goneOrNotYetThere) {
      return 0;
    }
  }

  @Override
  public void close() {
    probes.values().forEach(JvmProbe::close);
  }
}
