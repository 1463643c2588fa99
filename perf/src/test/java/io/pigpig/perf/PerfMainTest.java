package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfMainTest {

  @TempDir private Path root;

  /** What a scenario does once its command is understood. */
  private record Doing(Callable<List<String>> violations) implements Scenario {
    @Override
    public String about() {
      return "Does it?";
    }

    @Override
    public Set<String> options() {
      return Set.of("rounds");
    }

    @Override
    public Report run(Setup setup) throws Exception {
      return new Findings("doing", setup.where(), List.of(), List.of(), violations.call());
    }
  }

  private int status(Callable<List<String>> violations, String... arguments) {
    return PerfMain.run(arguments, Map.of("doing", new Doing(violations)), root);
  }

  @Test
  void aRunThatBrokeNoPromiseEndsWith0AndOneThatDidWith1() {
    assertThat(status(List::of, "doing")).isZero();
    assertThat(status(() -> List.of("LOST: one"), "doing")).isEqualTo(1);
  }

  @Test
  void aCommandThatIsNotUnderstoodEndsWith2() {
    assertThat(status(List::of)).isEqualTo(2);
    assertThat(status(List::of, "doings")).isEqualTo(2);
    assertThat(status(List::of, "doing", "--round", "1")).isEqualTo(2);
    assertThat(status(() -> refuse(new WrongCommandException("no such side")), "doing"))
        .isEqualTo(2);
  }

  @Test
  void whatGoesWrongAfterwardsIsNoWrongCommand() {
    assertThat(status(() -> refuse(new IllegalArgumentException("a bug")), "doing")).isEqualTo(1);
    assertThat(status(() -> refuse(new IllegalStateException("a bug")), "doing")).isEqualTo(1);
  }

  private static List<String> refuse(RuntimeException why) {
    throw why;
  }
}
