package io.pigpig.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTreeTest {

  private static final Path ROOT = Path.of(System.getProperty("pigpig.root", ".."));

  @Test
  void theRepositoryHasNoViolation() throws IOException {
    assertThat(SourceTree.files(ROOT)).hasSizeGreaterThan(30);
    assertThat(SourceTree.violations(ROOT)).isEmpty();
  }

  @Test
  void eachViolationInJavaIsSeen(@TempDir Path folder) throws IOException {
    String todo = "TO" + "DO";
    Files.writeString(
        folder.resolve("Planted.java"),
        "\tint a; \n// "
            + "x".repeat(100)
            + "\n// "
            + todo
            + "\n@"
            + "Disabled\n// /ho"
            + "me/me\n");
    assertThat(SourceTree.violations(folder))
        .containsExactly(
            "Planted.java:1: trailing whitespace",
            "Planted.java:1: tab",
            "Planted.java:2: longer than 100 columns: 103",
            "Planted.java:3: put-off work without a reason",
            "Planted.java:4: a test that does not run",
            "Planted.java:5: a path of one machine");
  }

  @Test
  void eachDanglingNameInADocumentIsSeen(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("edge"), "usage: edge up\n");
    Files.writeString(
        folder.resolve("planted.md"),
        """
        [gone](gone.md) [here](edge) `conf/gone.yaml` `and/or`
        `./edge up` `./edge fly` `./mvnw -B verify -pl proto` `./mvnw -B deploy`
        """);
    assertThat(SourceTree.violations(folder))
        .containsExactly(
            "planted.md:1: no such file: gone.md",
            "planted.md:1: no such path: conf/gone.yaml",
            "planted.md:2: no such command: ./edge fly",
            "planted.md:2: no such goal: ./mvnw deploy");
  }
}
