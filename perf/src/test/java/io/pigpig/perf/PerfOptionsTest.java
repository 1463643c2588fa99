package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PerfOptionsTest {

  private static final Set<String> KNOWN = Set.of("rounds", "b-flags", "syscalls");

  private static PerfOptions parse(String... arguments) {
    return PerfOptions.parse(arguments, 0, KNOWN);
  }

  @Test
  void whatIsGivenIsReadAndTheRestHasItsDefault() {
    PerfOptions options = parse("--rounds", "8", "--b-flags", "--a.b 1  --c on");

    assertThat(options.number("rounds", 3)).isEqualTo(8);
    assertThat(options.words("b-flags")).containsExactly("--a.b", "1", "--c", "on");
    assertThat(options.has("syscalls")).isFalse();
    assertThat(options.onOff("syscalls", "on")).isTrue();
    assertThat(parse().words("b-flags")).isEmpty();
  }

  @Test
  void aWrongOptionIsNamedWithThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--round", "8"))
        .withMessage("unknown option --round; known: [b-flags, rounds, syscalls]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds"))
        .withMessageContaining("expected --name value at: --rounds");
  }

  @Test
  void aValueIsJudgedBeforeAnythingIsStarted() throws Exception {
    assertThat(PerfMain.run(new String[] {"oversell", "--clients", "abc"})).isEqualTo(2);
    for (String each : List.of("rounds", "seed", "syscalls", "grpc-port")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PerfOptions.parse(new String[] {"--" + each, "abc"}, 0, Set.of(each)))
          .withMessageContaining("--" + each + " is ");
    }
  }

  @Test
  void anOptionThatIsGivenTwiceIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds", "1", "--rounds", "2"))
        .withMessage("option --rounds is given twice");
  }

  @Test
  void aWrongValueIsNamedWithItsOption() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds", "many").number("rounds", 3))
        .withMessage("--rounds is not a whole number: many");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds", "0").number("rounds", 3))
        .withMessage("--rounds must be 1 to 100000000, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--syscalls", "yes").onOff("syscalls", "on"))
        .withMessage("--syscalls is on or off, not yes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds", "65336").port("rounds", 3))
        .withMessage("--rounds must be 1 to 65335, not 65336");
  }
}
