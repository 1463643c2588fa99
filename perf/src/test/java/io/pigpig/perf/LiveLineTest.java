package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LiveLineTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private static LoadSecond second(int number, int accepted) {
    return LoadSecond.parse(
        "second=%d accepted=%d refused=20 failed=1 p99_us=1500".formatted(number, accepted));
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalHasOneLineWithTheThroughputAsBars() {
    LiveLine live = new LiveLine("one", out, true);
    live.show(second(0, 0));
    live.show(second(1, 500));
    live.show(second(2, 1_000));
    live.end();

    assertThat(printed()).contains("1,000/s accepted").contains("▁▄█").endsWith("\n");
    assertThat(printed().lines().count()).isEqualTo(1 + 3);
    assertThat(printed().chars().filter(each -> each == '\n')).hasSize(1);
  }

  @Test
  void withoutATerminalEverySecondIsALineOfItsOwn() {
    LiveLine live = new LiveLine("one", out, false);
    live.show(second(0, 10));
    live.show(second(1, 20));
    live.end();

    assertThat(printed().lines()).hasSize(2).allMatch(line -> line.contains("p99      1.5 ms"));
    assertThat(printed()).doesNotContain("█").doesNotContain("\r");
  }

  @Test
  void aLineOfSomethingElseIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadSecond.parse("second=1 refused=2"))
        .withMessageContaining("has no accepted: second=1 refused=2");
  }
}
