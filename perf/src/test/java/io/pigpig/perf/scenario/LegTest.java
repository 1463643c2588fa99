package io.pigpig.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pigpig.perf.load.LoadPlan;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LegTest {

  private static final Path FOLDER = Path.of("scenarios");

  private static ScenarioFile scenario(String schedule) {
    return StrictYaml.read(
        "x.yaml",
        """
        about: Is it fast?
        saturation: {measure: 5s}
        legs:
          - name: one
            schedule: %s
            faults:
              - {at: 4s, what: stop, part: redis, lasts: 2s}
        """
            .formatted(schedule),
        ScenarioFile.class);
  }

  private static Leg leg(String schedule) {
    return scenario(schedule).legs().getFirst();
  }

  @Test
  void percentagesAreOfCapacityAndNumbersAreThemselves() {
    Leg leg = leg("[{rate: 150%, lasts: 2s}, {kind: ramp, rate: 50, to: 10%, lasts: 500ms}]");
    assertThat(leg.pace(2_000, FOLDER).phases())
        .containsExactly(
            new LoadPlan.Phase(2, 3_000, 3_000, ""), new LoadPlan.Phase(0.5, 50, 200, ""));
  }

  @Test
  void aSpikeClimbsStaysAndFallsBack() {
    Leg leg = leg("[{kind: spike, rate: 10, to: 100, lasts: 8s}]");
    assertThat(leg.pace(0, FOLDER).phases())
        .containsExactly(
            new LoadPlan.Phase(2, 10, 100, ""),
            new LoadPlan.Phase(4, 100, 100, ""),
            new LoadPlan.Phase(2, 100, 10, ""));
  }

  @Test
  void recordedArrivalsStandBesideTheScenario() {
    Leg leg = leg("[{kind: replay, file: friday.txt}]");
    assertThat(leg.pace(0, FOLDER).phases())
        .containsExactly(new LoadPlan.Phase(0, 0, 0, "scenarios/friday.txt"));
  }

  @Test
  void anotherLengthKeepsTheShapeAndMovesTheFaults() {
    ScenarioFile longer = scenario("[{rate: 1, lasts: 2s}, {rate: 2, lasts: 6s}]");
    Leg leg = longer.lasting(Duration.ofSeconds(40)).legs().getFirst();
    assertThat(leg.schedule())
        .extracting(Phase::lasts)
        .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(30));
    assertThat(leg.faults().getFirst().at()).isEqualTo(Duration.ofSeconds(20));
    assertThat(leg.faults().getFirst().lasts()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void onlyTheConnectionsChange() {
    ScenarioFile scenario = scenario("[{rate: 1, lasts: 2s}]");
    ScenarioFile changed = scenario.on(7);
    assertThat(changed.legs().getFirst().connect().connections()).isEqualTo(7);
    assertThat(changed.on(64)).isEqualTo(scenario);
  }

  @Test
  void faultsSayWhatTheyDoAndNeedWhatTheyAreDoneTo() {
    assertThat(leg("[{rate: 1, lasts: 9s}]").faults().getFirst())
        .hasToString("redis stopped for 2.0 s");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Strike(Duration.ZERO, Strike.What.KILL, "", Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Strike(Duration.ZERO, Strike.What.STOP, "redis", Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Strike(Duration.ZERO, Strike.What.ROLL, "redis", Duration.ZERO));
  }
}
