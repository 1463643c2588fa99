package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFilesTest {

  @TempDir private Path data;

  @BeforeEach
  void makeRunFolder() throws Exception {
    Files.createDirectory(data.resolve("run"));
  }

  @Test
  void pidIsTheFirstWordOfEitherFile() throws Exception {
    Files.writeString(data.resolve("run/postgres.process"), "4711 1700000000000");
    Files.writeString(data.resolve("run/redis.pid"), "4712\n");
    StackFiles files = new StackFiles(data);

    assertThat(files.pid("postgres")).hasValue(4_711);
    assertThat(files.pid("redis")).hasValue(4_712);
    assertThat(files.pid("jvm")).isEmpty();
    assertThat(files.processes()).containsExactly("postgres");
  }

  @Test
  void postgresUrlIsReadOrPutTogether() throws Exception {
    Files.writeString(data.resolve("run/postgres.port"), "5433");
    Files.writeString(data.resolve("postgres.password"), "secret\n");
    assertThat(new StackFiles(data).postgresUrl())
        .isEqualTo("postgresql://pigpig:secret@127.0.0.1:5433/pigpig");

    Files.writeString(data.resolve("run/postgres.url"), "postgresql://u:p@127.0.0.1:1/db\n");
    assertThat(new StackFiles(data).postgresUrl()).isEqualTo("postgresql://u:p@127.0.0.1:1/db");
  }

  @Test
  void flagsOfAnotherJvmLeaveOutWhatIsItsOwn() {
    List<String> command =
        List.of(
            "/jdk/bin/java",
            "-Xmx1g",
            "-Dpigpig.root=x",
            "-cp",
            "a.jar:b.jar",
            "-XX:+UseSerialGC",
            "-XX:AOTCache=x",
            "io.pigpig.Main",
            "-Xss1m");

    assertThat(JvmFlags.ofCommand(command)).containsExactly("-Xmx1g", "-XX:+UseSerialGC");
  }
}
