package io.pigpig.order.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.order.sim.Violations.Violation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Green runs of the simulation prove nothing unless it sees bugs: each of these it must see. */
final class PlantedBugsTest {

  private static final int SEEDS_MAX = 200;
  private static final int GREEN_SEEDS = 60;
  private static final Silence SILENCE = new Silence();

  @AfterAll
  static void speakAgain() {
    SILENCE.close();
  }

  @ParameterizedTest
  @EnumSource(Plant.class)
  void isCaughtWithinAFewSeeds(Plant plant) {
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      List<Violation> violations = Simulation.run(seed, EnumSet.of(plant), 0).violations();
      if (!violations.isEmpty()) {
        System.out.println(
            "planted " + plant + ": caught at seed " + seed + " by " + violations.getFirst());
        return;
      }
    }
    assertThat(plant).as("a bug that " + SEEDS_MAX + " seeds do not catch").isNull();
  }

  @Test
  void theFirstSeedsAreGreenWithoutABug() {
    for (long seed = 1; seed <= GREEN_SEEDS; seed++) {
      assertThat(Simulation.run(seed, Set.of(), 0).violations()).as("seed " + seed).isEmpty();
    }
  }
}
