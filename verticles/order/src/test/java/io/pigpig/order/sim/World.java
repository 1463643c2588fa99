package io.pigpig.order.sim;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What all parts of one run share: time, chance, the log, and the bugs that were planted.
 *
 * @param random the one source of chance; drawn from in the order of events
 */
record World(
    Scheduler scheduler,
    RandomGenerator random,
    EventLog log,
    Set<Plant> plants,
    Map<Counter, Long> counters) {

  /** What a run counts. */
  enum Counter {
    FAULTS,
    ORDERS,
    OPERATIONS,
    UNKNOWN_OUTCOMES,
    /** How often a gate was built anew. */
    REBUILDS,
    /** What a store or a peer did for a process that was dead by then. */
    LATE_EFFECTS
  }

  static World of(RandomGenerator random, EventLog log, Set<Plant> plants) {
    Set<Plant> planted = EnumSet.noneOf(Plant.class);
    planted.addAll(plants);
    return new World(new Scheduler(), random, log, planted, new EnumMap<>(Counter.class));
  }

  boolean has(Plant plant) {
    return plants.contains(plant);
  }

  void log(String what) {
    log.add(scheduler.nowNanos(), what);
  }

  void count(Counter counter, long more) {
    counters.merge(counter, more, Long::sum);
  }

  /** True this often in a hundred. */
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  long millisBetween(int least, int most) {
    return 1_000_000L * random.nextInt(least, most + 1);
  }
}
