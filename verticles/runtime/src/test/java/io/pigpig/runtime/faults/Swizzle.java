package io.pigpig.runtime.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Swizzle-clogging: clogs several links one by one and, when all are clogged, unclogs them one by
 * one in another order, both by a seed's choice. Source: FoundationDB's simulation, which found its
 * deepest bugs by it (FoundationDB documentation, "Simulation and Testing").
 *
 * <p>The pace is the caller's: one {@link #step()} is one link clogged or unclogged. Other faults
 * of the links stay as they are. Test threads only; not thread-safe.
 */
public final class Swizzle {

  private final long seed;
  private final List<Integer> order;
  private final List<FaultProxy> proxies;
  private int steps;

  public Swizzle(List<FaultProxy> proxies, long seed) {
    if (proxies.isEmpty()) {
      throw new IllegalArgumentException("no link to clog");
    }
    this.seed = seed;
    this.proxies = List.copyOf(proxies);
    Random random = new Random(seed);
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < proxies.size(); i++) {
      indexes.add(i);
    }
    List<Integer> both = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      Collections.shuffle(indexes, random);
      both.addAll(indexes);
    }
    this.order = List.copyOf(both);
  }

  /**
   * The links by their place in the list: first as they are clogged, then as they are unclogged.
   */
  public List<Integer> order() {
    return order;
  }

  /** True while a link is still to be clogged or unclogged. */
  public boolean hasStep() {
    return steps < order.size();
  }

  /** Clogs or unclogs the next link in both directions. */
  public void step() {
    FaultProxy proxy = proxies.get(order.get(steps));
    for (Direction direction : Direction.values()) {
      if (steps < proxies.size()) {
        proxy.clog(direction);
      } else {
        proxy.unclog(direction);
      }
    }
    steps++;
  }

  /** With what it takes to repeat it. */
  @Override
  public String toString() {
    return "swizzle of " + proxies.size() + " links, seed " + seed + ", order " + order;
  }
}
