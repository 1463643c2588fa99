package io.pigpig.order.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.order.sim.Simulation.Result;
import io.pigpig.order.sim.World.Counter;
import io.pigpig.runtime.Ticker;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Orders, stock and sagas under seeded faults. {@code -Dpigpig.seeds=10000} runs more seeds, {@code
 * -Dpigpig.seed-base=N} begins them at N, {@code -Dpigpig.seed=N} runs one and prints what happened
 * in it last.
 */
final class SimulationTest {

  private static final int SEEDS = 500;
  private static final int TWICE = 25;
  private static final int TAIL_LINES = 400;
  private static final int FAILURES_MAX = 5;
  private static final Silence SILENCE = new Silence();

  @AfterAll
  static void speakAgain() {
    SILENCE.close();
  }

  @Test
  void everySeedKeepsEveryPromise() {
    Long alone = Long.getLong("pigpig.seed");
    if (alone != null) {
      runAlone(alone);
      return;
    }
    long base = Long.getLong("pigpig.seed-base", new Random().nextInt(1_000_000_000));
    int seeds = Integer.getInteger("pigpig.seeds", SEEDS);
    say("simulation: " + seeds + " seeds from " + base);
    Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    List<String> failures = new ArrayList<>();
    long virtualNanos = 0;
    long began = Ticker.system().nanos();
    for (long seed = base; seed < base + seeds && failures.size() < FAILURES_MAX; seed++) {
      Result result = Simulation.run(seed, Set.of(), 0);
      result.counters().forEach((counter, n) -> counters.merge(counter, n, Long::sum));
      virtualNanos += result.virtualNanos();
      if (!result.violations().isEmpty()) {
        failures.add("-Dpigpig.seed=" + seed + ": " + result.violations().getFirst());
      }
    }
    long realNanos = Ticker.system().nanos() - began;
    say(
        String.format(
            Locale.ROOT,
            "simulation: %.1f virtual hours in %.1f s (%d times real time), %s",
            virtualNanos / 3.6e12,
            realNanos / 1e9,
            virtualNanos / realNanos,
            counters));
    assertThat(failures).as("seeds from " + base).isEmpty();
  }

  private static void runAlone(long seed) {
    Result result = Simulation.run(seed, Set.of(), TAIL_LINES);
    result.tail().forEach(SimulationTest::say);
    say("simulation: seed " + seed + " hash " + result.hash() + " " + result.counters());
    assertThat(result.violations()).as("seed " + seed).isEmpty();
  }

  @Test
  void sameSeedDoesTheSameTwiceAndAnotherSeedSomethingElse() {
    long base = new Random().nextInt(1_000_000_000);
    Set<String> hashes = new HashSet<>();
    for (long seed = base; seed < base + TWICE; seed++) {
      String hash = Simulation.run(seed, Set.of(), 0).hash();
      assertThat(Simulation.run(seed, Set.of(), 0).hash()).as("seed " + seed).isEqualTo(hash);
      hashes.add(hash);
    }
    assertThat(hashes).as("seeds from " + base).hasSize(TWICE);
  }

  /** To the console, where whoever runs more seeds reads it; the log is silent. */
  private static void say(String line) {
    System.out.println(line);
  }
}
