package io.pigpig.perf.cost;

import java.util.ArrayList;
import java.util.List;

/** CPU time of components together, over processes that end and come back. Owned by one thread. */
public final class CpuSum {

  private record Counted(Component component, Cumulative cpu) {}

  private final List<Counted> all = new ArrayList<>();

  public CpuSum(List<Component> components) {
    for (Component component : components) {
      all.add(new Counted(component, Cumulative.of(component.scope()::cpuMicros)));
    }
  }

  /** User and system time; only differences mean anything. */
  public long micros() {
    return all.stream().mapToLong(each -> each.cpu().over(each.component().pids().get())).sum();
  }
}
