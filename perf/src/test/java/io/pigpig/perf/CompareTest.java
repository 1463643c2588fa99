package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.RunRecord;
import io.pigpig.perf.report.RunRecord.Where;
import io.pigpig.perf.report.RunRecordJson;
import io.pigpig.perf.report.SyntheticRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTest {

  private static final Where HERE = new Where("cpu", 2, "6.1", "25", "abc", 0);

  @TempDir private Path folder;

  @Test
  void laterRunIsJudgedAgainstTheEarlierOne() throws IOException {
    Path before = written("before.json", SyntheticRun.slower(1, 1));
    Path after = written("after.json", SyntheticRun.slower(1.2, 2));

    Report report = compare("--a", before.toString(), "--b", after.toString(), "--gate", "cpu,p99");

    assertThat(report.violations()).hasSize(2);
    assertThat(report.json().getString("subject")).isEqualTo("B: role all at 8a40de0");
    assertThat(compare("--a", after.toString(), "--b", before.toString(), "--gate", "cpu").ok())
        .isTrue();
  }

  @Test
  void sidesOfOneRunAreComparedWithItsLastOne() throws IOException {
    Path run = written("run.json", SyntheticRun.of(5, 3));

    Report report = compare("--a", run.toString());

    assertThat(report.ok()).isTrue();
    assertThat(report.json().getBoolean("pairs")).isTrue();
    assertThat(report.json().getString("reference")).startsWith("A: bare path");
    assertThat(report.json().getString("subject")).startsWith("B: role all");
  }

  @Test
  void sidesCanBeNamed() throws IOException {
    Path run = written("run.json", SyntheticRun.of(5, 3));

    Report report = compare("--a", run.toString(), "--side-a", "role all", "--side-b", "bare path");

    assertThat(report.json().getString("reference")).startsWith("A: role all");
  }

  @Test
  void oneSideAloneIsRefused() throws IOException {
    Path run = written("run.json", SyntheticRun.slower(1, 1));

    assertThatThrownBy(() -> compare("--a", run.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be compared with itself");
  }

  @Test
  void runsOfTwoScenariosAreRefused() throws IOException {
    RunRecord run = SyntheticRun.slower(1, 1);
    RunRecord renamed =
        new RunRecord(
            "soak", run.about(), run.where(), run.legs(), run.figures(), run.violations());
    Path one = written("one.json", run);
    Path other = written("other.json", renamed);

    assertThatThrownBy(() -> compare("--a", one.toString(), "--b", other.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("and B of soak: nothing to compare");
  }

  @Test
  void fileThatIsNoRunIsRefusedByName() throws IOException {
    Path other = Files.writeString(folder.resolve("replay.json"), "{\"ok\":true}");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{");

    assertThatThrownBy(() -> compare("--a", other.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("replay.json is no run with rounds");
    assertThatThrownBy(() -> compare("--a", broken.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broken.json is no run with rounds");
    assertThatThrownBy(() -> compare("--a", "gone.json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no file gone.json");
    assertThatThrownBy(() -> compare())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("compare needs --a FILE, a run's JSON");
  }

  private Report compare(String... options) throws IOException {
    Compare compare = new Compare();
    PerfOptions parsed = PerfOptions.parse(options, 0, compare.options());
    return compare.run(new Scenario.Setup(folder, parsed, HERE));
  }

  private Path written(String name, RunRecord run) throws IOException {
    return Files.writeString(folder.resolve(name), RunRecordJson.write(run).encode());
  }
}
