package io.pigpig.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pigpig.perf.load.LoadPlan;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StrictYamlTest {

  private static final String SMALLEST =
      """
      about: Is it fast?
      legs:
        - name: one
          schedule: [{rate: 5, lasts: 1s}]
      """;

  private static ScenarioFile read(String yaml) {
    return StrictYaml.read("x.yaml", yaml, ScenarioFile.class);
  }

  private static void refused(String yaml, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(yaml))
        .withMessageStartingWith("x.yaml")
        .withMessageContaining(message);
  }

  @Test
  void whatIsNotSaidHasItsDefault() {
    ScenarioFile scenario = read(SMALLEST);
    assertThat(scenario.customers()).isEqualTo(64);
    assertThat(scenario.saturation().warmUp()).isEqualTo(Duration.ofSeconds(40));
    assertThat(scenario.against()).isEqualTo(ScenarioFile.Against.NOTHING);
    Leg leg = scenario.legs().getFirst();
    assertThat(leg.mode()).isEqualTo(LoadPlan.Mode.OPEN);
    assertThat(leg.shares()).extracting(LoadPlan.Share::name).containsExactly("order");
    assertThat(leg.slowClients()).isEqualTo(new Leg.SlowClients(0, 0, 0));
    assertThat(leg.faults()).isEmpty();
  }

  @Test
  void anUnknownKeyIsNamedWithItsFileAndPlace() {
    refused(SMALLEST + "round: 3\n", "unknown key round; known: [about, stack");
    refused(SMALLEST.replace("rate: 5", "rat: 5"), "legs[0].schedule[0] unknown key rat");
  }

  @Test
  void aValueOfNoUseIsNamedWithItsFileAndPlace() {
    refused(SMALLEST.replace("1s", "soon"), "legs[0].schedule[0].lasts a time is");
    refused(SMALLEST.replace("rate: 5", "rate: much"), "legs[0].schedule[0].rate a rate is");
    refused(SMALLEST + "rounds: many\n", "rounds is a whole number, not many");
    refused(SMALLEST + "rounds: 0\n", "rounds is 1 to 1000, not 0");
    refused(SMALLEST + "against: all\n", "against is one of [nothing, bare-path], not all");
    refused(SMALLEST + "stack: fast\n", "stack has keys, and is not fast");
    refused(SMALLEST + "stack: {gateways: 2}\n", "stack only a cluster has 2 gateways");
    refused(SMALLEST + "    goals: [{figure: p99, at-least: 5}]\n", "p99 needs at-most");
    refused(SMALLEST.replace("Is it fast?", "[x]"), "about is one value, not [x]");
  }

  @Test
  void whatMustBeSaidIsMissed() {
    refused("legs: []\n", "about is missing");
    refused("about: Is it?\n", "at least one leg");
    refused(SMALLEST.replace("rate: 5, lasts: 1s", "rate: 5"), "every other phase a time");
  }

  @Test
  void whatIsNoYamlIsSaidWithItsLine() {
    refused("about: x\n  legs: [\n", "x.yaml:2");
    refused(SMALLEST + "about: Twice?\n", "about");
  }

  @Test
  void aPercentageNeedsACapacity() {
    refused(SMALLEST.replace("rate: 5", "rate: 5%"), "needs saturation.measure");
    refused(
        SMALLEST + "    goals: [{figure: goodput, at-least: 0.9}]\n", "needs saturation.measure");
    refused(
        "saturation: {measure: 500ms}\n" + SMALLEST,
        "saturation warm-up and measure are whole seconds");
  }

  @Test
  void aGoalThatComparesNeedsWhatItComparesWith() {
    refused(
        SMALLEST + "    goals: [{figure: cpu-ratio, at-most: 2}]\n",
        "a ratio needs against: bare-path, or a leg after one");
    refused(SMALLEST + "    goals: [{figure: cpu-saved, at-least: 2}]\n", "needs switched-back");
  }

  @Test
  void nobodyIsSpokenToInAWayThatHeDoesNotKnow() {
    refused(SMALLEST + "    connect: {protocol: h2c}\n", "speaks http1 and grpc alone");
    refused(
        "against: bare-path\n" + SMALLEST + "    connect: {protocol: grpc}\n",
        "the bare path speaks http1 alone");
  }
}
