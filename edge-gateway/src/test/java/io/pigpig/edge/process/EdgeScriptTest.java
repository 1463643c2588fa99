package io.pigpig.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The {@code edge} script in a checkout of a few files. Its Maven and its JVM are scripts that say
 * what they were asked: a real build takes minutes, and is not the matter here.
 */
final class EdgeScriptTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String POM =
      """
      <project>
        <artifactId>pigpig-edge-stack</artifactId>
        <version>%s</version>
        <properties>
          <jvm.flags>--one-flag --another</jvm.flags>
        </properties>
      </project>
      """;

  /** What is in the sources becomes the jar; the file {@code wait} keeps the build from its end. */
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >> builds
      while [ -e wait ]; do sleep 0.05; done
      version=$(sed -n 's:^  <version>\\(.*\\)</version>:\\1:p' pom.xml)
      mkdir -p edge-gateway/target/lib
      cp edge-gateway/src/main/program "edge-gateway/target/edge-gateway-$version.jar"
      cp edge-gateway/src/main/program edge-gateway/target/lib/order.jar
      """;

  /**
   * Says its arguments and what is in the jar; called with {@code stay} it holds the jar open, as a
   * JVM does, until the file {@code leave} is there, and then looks again by its name.
   */
  private static final String JAVA =
      """
      #!/bin/bash
      arguments="$*"
      while [ "$1" != -cp ]; do shift; done
      exec 3< "$2"
      echo "java $arguments"
      echo "runs $(cat "$2") from $2"
      if [ "$4" = stay ]; then
        while [ ! -e leave ]; do sleep 0.05; done
        echo "ran $(cat "$2") with $(cat "$(dirname "$2")/lib/order.jar")"
      fi
      """;

  @TempDir private Path root;

  /** What each writes to. */
  private final Map<Process, Path> started = new HashMap<>();

  @BeforeEach
  void checkout() throws IOException {
    Files.copy(Path.of(System.getProperty("pigpig.root"), "edge"), root.resolve("edge"));
    Files.createDirectories(root.resolve("edge-gateway/src/main"));
    Files.createDirectories(root.resolve("jdk/bin"));
    write("pom.xml", POM.formatted("0.2.0"));
    write("edge-gateway/pom.xml", "<project/>");
    program("first");
    write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
    script("mvnw", MAVEN);
    script("jdk/bin/java", JAVA);
    script("jdk/bin/javac", "#!/bin/sh\n");
  }

  @AfterEach
  void end() {
    started.keySet().forEach(Process::destroyForcibly);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(root.resolve(file), text);
  }

  private void script(String file, String text) throws IOException {
    write(file, text);
    Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void program(String text) throws IOException {
    write("edge-gateway/src/main/program", text);
  }

  private Process edge(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", root.resolve("edge").toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(root, "said", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PIGPIG_"));
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.put(process, output);
    return process;
  }

  private String said(Process process) {
    return read(Objects.requireNonNull(started.get(process)));
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String ended(Process process, int exitCode) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said(process)).isEqualTo(exitCode);
    return said(process);
  }

  private String up(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("up"));
    all.addAll(List.of(arguments));
    return ended(edge(Map.of(), all.toArray(String[]::new)), 0);
  }

  private long builds() {
    return read(root.resolve("builds")).lines().count();
  }

  /** The folders of what was built and is kept. */
  private List<Path> kept() throws IOException {
    try (Stream<Path> places = Files.list(root.resolve(".edge/edge-gateway"))) {
      return places.toList();
    }
  }

  @Test
  void itBuildsOnceAndRunsTheJarOfThisVersionWithTheFlagsOfAllJvms() throws Exception {
    Files.createDirectories(root.resolve("edge-gateway/target/lib"));
    write("edge-gateway/target/edge-gateway-0.1.0.jar", "an old one");
    String first = ended(edge(Map.of("PIGPIG_JAVA_OPTS", "-Xmx2g -Dx=y"), "up", "--port", "1"), 0);
    assertThat(first)
        .contains("java --one-flag --another -XX:+UseParallelGC -Xms512m -Xmx1g -Xmx2g -Dx=y ")
        .contains("-Dpigpig.jar=" + root.resolve(".edge/edge-gateway.jar"))
        .contains(" io.pigpig.edge.Main --port 1")
        .contains("runs first from " + root.resolve(".edge/edge-gateway"))
        .contains("/edge-gateway-0.2.0.jar");
    assertThat(up()).contains("runs first");
    assertThat(builds()).isEqualTo(1);
    write("pom.xml", POM.formatted("0.3.0"));
    assertThat(up()).contains("runs first").contains("/edge-gateway-0.3.0.jar");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void whatRunsKeepsItsFilesWhateverIsBuiltAndWhatNobodyRunsGoes() throws Exception {
    Process running = edge(Map.of(), "up", "stay");
    Eventually.holds("it runs", PATIENCE, () -> said(running).contains("runs first"));
    program("second");
    assertThat(up()).contains("runs second");
    program("third");
    assertThat(up()).contains("runs third");
    program("fourth");
    assertThat(up()).contains("runs fourth");
    assertThat(kept()).as("what runs, the last, and the one before").hasSize(3);
    Files.delete(root.resolve("edge-gateway/target/edge-gateway-0.2.0.jar"));
    assertThat(ended(edge(Map.of(), "status"), 0)).contains("runs fourth");
    write("leave", "");
    assertThat(ended(running, 0)).contains("ran first with first");
  }

  @Test
  void twoAtOnceAreOneBuild() throws Exception {
    write("wait", "");
    Process one = edge(Map.of(), "up", "--role", "order");
    Eventually.holds("the first builds", PATIENCE, () -> builds() == 1);
    Process two = edge(Map.of(), "up", "--role", "stock");
    Eventually.holds(
        "the second waits", PATIENCE, () -> said(two).contains("another ./edge is building"));
    Files.delete(root.resolve("wait"));
    assertThat(ended(one, 0)).contains("runs first");
    assertThat(ended(two, 0)).contains("runs first");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void withoutAJdkNothingIsBuilt() throws Exception {
    write("edge", read(root.resolve("edge")).replace("java_needed=25", "java_needed=999"));
    for (String command : List.of("up", "perf", "status")) {
      assertThat(ended(edge(Map.of(), command), 1).strip().lines())
          .singleElement()
          .asString()
          .startsWith("edge: a JDK 999 or later is missing");
    }
    assertThat(builds()).isZero();
  }
}
