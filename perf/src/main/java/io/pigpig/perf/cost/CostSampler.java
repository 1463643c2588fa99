package io.pigpig.perf.cost;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes samples of components. Owned by one thread at a time. */
final class CostSampler implements AutoCloseable {

  /** What of a JVM or store goes on counting over its processes. */
  private record Counts(
      Component component, Cumulative cpu, Cumulative stopped, Cumulative bytes) {}

  private final InstantSource clock;
  private final JvmProbes probes = new JvmProbes();
  private final List<Counts> all;

  CostSampler(List<Component> components, InstantSource clock) {
    this.clock = clock;
    this.all = components.stream().map(this::counts).toList();
  }

  private Counts counts(Component component) {
    return new Counts(
        component,
        Cumulative.of(component.scope()::cpuMicros),
        new Cumulative(probes::stoppedMicros),
        new Cumulative(probes::allocatedBytes));
  }

  /** Makes every JVM ready to be asked, before anything is measured. */
  void attach() {
    all.stream()
        .map(Counts::component)
        .filter(component -> component.scope() == Component.Scope.JVM)
        .flatMap(component -> component.pids().get().stream())
        .forEach(probes::attach);
  }

  CostSample take() {
    Map<String, Long> cpu = new HashMap<>();
    Map<String, Long> rss = new HashMap<>();
    Map<String, Long> stopped = new HashMap<>();
    for (Counts each : all) {
      String name = each.component().name();
      List<Long> pids = each.component().pids().get();
      cpu.put(name, each.cpu().over(pids));
      rss.put(name, ResidentMemory.bytes(each.component()));
      if (each.component().scope() == Component.Scope.JVM) {
        each.stopped().wholeOver(pids).ifPresent(micros -> stopped.put(name, micros));
      }
    }
    return new CostSample(clock.millis(), cpu, rss, stopped);
  }

  /** Allocated so far, by JVM component; without those that cannot be asked. */
  Map<String, Long> allocated() {
    Map<String, Long> bytes = new HashMap<>();
    for (Counts each : all) {
      if (each.component().scope() == Component.Scope.JVM) {
        each.bytes()
            .wholeOver(each.component().pids().get())
            .ifPresent(count -> bytes.put(each.component().name(), count));
      }
    }
    return bytes;
  }

  /** Those that {@link #allocated} and the stops of a sample are of. */
  Set<String> jvms() {
    return all.stream()
        .map(Counts::component)
        .filter(component -> component.scope() == Component.Scope.JVM)
        .map(Component::name)
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    probes.close();
  }
}
