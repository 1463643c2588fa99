package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generator as a program of its own. */
class LoadMainTest {

  private static final int WAIT_SECONDS = 120;

  @TempDir private Path folder;

  @Test
  void aRunLeavesItsResultAndALineForEachSecond() throws Exception {
    try (TestShop shop = TestShop.accepting()) {
      Process generator = start(planned(Plans.to(shop.port()).open(2, 100).plan()));
      List<String> lines = generator.inputReader(StandardCharsets.UTF_8).lines().toList();
      assertThat(status(generator)).as("%s", lines).isZero();
      LoadResult result = result();
      assertThat(lines)
          .hasSameSizeAs(result.intervals())
          .first()
          .asString()
          .startsWith("second=0 accepted=");
      assertThat(Plans.offered(result)).isEqualTo(200);
      assertThat(Plans.accepted(result, "order")).isEqualTo(200);
      assertThat(result.generatorCpuMicros()).isPositive();
    }
  }

  @Test
  void sigtermEndsTheScheduleAndKeepsWhatWasDone() throws Exception {
    try (TestShop shop = TestShop.accepting()) {
      Process generator = start(planned(Plans.to(shop.port()).open(600, 100).plan()));
      try (BufferedReader lines = generator.inputReader(StandardCharsets.UTF_8)) {
        assertThat(lines.readLine()).startsWith("second=0 ");
        generator.destroy();
        assertThat(status(generator)).isZero();
      }
      LoadResult result = result();
      assertThat(Plans.offered(result)).isBetween(100L, 59_999L);
      assertThat(Plans.ended(result)).isEqualTo(Plans.offered(result));
    }
  }

  @Test
  void aPlanThatIsOfNoUseIsToldWithItsFile() throws Exception {
    assertRefused("{\"run\":\"r\"}", "target is missing");
    assertRefused("[]", "not a JSON object");
    assertRefused("{", "not a JSON object");
  }

  private void assertRefused(String plan, String message) throws Exception {
    Path file = Files.writeString(folder.resolve("plan.json"), plan);
    Process generator = start(file);
    assertThat(generator.inputReader(StandardCharsets.UTF_8).readLine())
        .startsWith(file + ": ")
        .contains(message);
    assertThat(status(generator)).isEqualTo(2);
  }

  @Test
  void withoutATargetThereIsNoResult() throws Exception {
    int port;
    try (TestShop gone = TestShop.accepting()) {
      port = gone.port();
    }
    Process generator = start(planned(Plans.to(port).plan()));
    assertThat(generator.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("no result: ");
    assertThat(status(generator)).isEqualTo(1);
    assertThat(folder.resolve("result.json")).doesNotExist();
  }

  private Path planned(LoadPlan plan) throws Exception {
    return Files.writeString(folder.resolve("plan.json"), LoadPlanJson.encode(plan));
  }

  private Process start(Path plan) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LoadMain.class.getName(),
            plan.toString(),
            folder.resolve("result.json").toString())
        .redirectErrorStream(true)
        .start();
  }

  private static int status(Process generator) throws Exception {
    try {
      assertThat(generator.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return generator.exitValue();
    } finally {
      generator.destroyForcibly();
    }
  }

  private LoadResult result() throws Exception {
    return LoadResultJson.decode(Files.readString(folder.resolve("result.json")));
  }
}
