package io.pigpig.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The scenarios of this repository, and what its documents say of their keys. */
class ScenarioFolderTest {

  private static final Path ROOT = Path.of(System.getProperty("pigpig.root"));
  private static final Path DOCUMENT = ROOT.resolve("docs/load-scenarios.md");
  private static final String GENERATED = "<!-- generated from here on -->\n";
  private static final double CAPACITY = 10_000;

  private final ScenarioFolder folder = new ScenarioFolder(ROOT.resolve("perf/scenarios"));

  @Test
  void everyScenarioCanBeReadAndGivesAPlanForEveryLeg() throws Exception {
    assertThat(folder.names()).contains("first-order", "flash-sale", "overload-300", "soak");
    for (String name : folder.names()) {
      ScenarioFile scenario = folder.read(name);
      assertThat(scenario.about()).as(name).endsWith("?");
      for (Leg leg : scenario.legs()) {
        assertThat(leg.pace(CAPACITY, folder.path()).phases()).as(name).isNotEmpty();
        assertThat(leg.target("127.0.0.1", 8_080).connections()).as(name).isPositive();
        assertThat(leg.planned().timeoutMillis()).as(name).isPositive();
        List<LoadPlan.Share> mix = leg.shares();
        assertThat(new LoadPlan.Requests(mix, List.of(), List.of("TEE-1"), 1).mix())
            .as(name)
            .isNotEmpty();
      }
    }
  }

  @Test
  void everyLoadButTheSoakEndsWithinThreeMinutes() throws Exception {
    for (String name : folder.names()) {
      ScenarioFile scenario = folder.read(name);
      double legs = scenario.legs().stream().mapToDouble(Leg::seconds).sum();
      assertThat(legs * sides(scenario) * scenario.rounds())
          .as(name)
          .isLessThan(name.equals("soak") ? 3_600 : 180);
    }
  }

  /** On which every leg runs. */
  private static int sides(ScenarioFile scenario) {
    boolean bare = scenario.against() == ScenarioFile.Against.BARE_PATH;
    return 1 + (scenario.switchedBack().isEmpty() ? 0 : 1) + (bare ? 1 : 0);
  }

  @Test
  void theReferenceOfKeysIsWhatTheRecordsSay() throws Exception {
    String document = Files.readString(DOCUMENT);
    int at = document.indexOf(GENERATED) + GENERATED.length();
    String expected = document.substring(0, at) + KeyReference.markdown();
    if (Boolean.getBoolean("pigpig.write")) {
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.readString(DOCUMENT))
        .as(DOCUMENT + " is out of date; run this test with -Dpigpig.write=true")
        .isEqualTo(expected);
  }

  @Test
  void theDocumentNamesEveryScenario() throws Exception {
    String document = Files.readString(DOCUMENT);
    for (String name : folder.names()) {
      assertThat(document).contains("`" + name + "`");
    }
  }
}
