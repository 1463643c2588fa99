package io.pigpig.origins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OriginTest {

  private static final Path ROOT = Path.of(System.getProperty("pigpig.root"));
  private static final Pattern SWITCHED_BACK = Pattern.compile("(?m)^switched-back: \\[(.*)]$");

  @Test
  void allAreSeven() {
    assertThat(Origin.named(List.of("all"))).hasSize(7);
    assertThat(Origin.named(List.of("redis-per-item", "unary-checks")))
        .containsExactlyInAnyOrder(Origin.REDIS_PER_ITEM, Origin.UNARY_CHECKS);
  }

  @Test
  void aNameThatIsNoneIsRefusedWithThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Origin.named(List.of("redis-per-itm")))
        .withMessageStartingWith("there is no origin redis-per-itm; there are redis-connection, ");
  }

  @Test
  void theProgramTakesItsOwnWordsAndPassesTheOthersOn() {
    List<String> names = new ArrayList<>();
    List<String> others = new ArrayList<>();
    String[] words = {
      "--port=1", "--origin", "redis-per-item", "--origins", "blocking-store", "--origin=dns,x"
    };
    OriginsMain.split(words, names, others);
    assertThat(names).containsExactly("redis-per-item", "blocking-store", "dns", "x");
    assertThat(others).containsExactly("--port=1");
  }

  @Test
  void theProgramRefusesToSwitchNothingBack() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> OriginsMain.split(new String[] {"--origin"}, new ArrayList<>(), List.of()))
        .withMessage("flag --origin has no value");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OriginsMain.split(
                    new String[] {"--port", "1"}, new ArrayList<>(), new ArrayList<>()))
        .withMessageStartingWith("--origin must name");
  }

  @Test
  void everyOriginHasItsScenarioAndItsPlaceInTheDocument() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/origins.md"));
    for (Origin origin : Origin.values()) {
      assertThat(ROOT.resolve("perf/scenarios/origin-" + origin.text() + ".yaml")).exists();
      assertThat(document).contains("`" + origin.text() + "`");
    }
  }

  @Test
  void scenariosNameNoOtherOrigins() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("perf/scenarios"))) {
      for (Path file : files.toList()) {
        Matcher found = SWITCHED_BACK.matcher(Files.readString(file));
        if (found.find()) {
          assertThat(Origin.named(Arrays.asList(found.group(1).split(", ?", -1))))
              .as(file.toString())
              .isNotEmpty();
        }
      }
    }
  }
}
