package io.pigpig.perf.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.Ticker;
import io.pigpig.perf.Wait;
import io.pigpig.perf.process.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmProbeTest {

  private static final String PROGRAM =
      """
      public class Allocating {
        static volatile byte[] sink;

        public static void main(String[] arguments) throws Exception {
          System.out.println("begun");
          while (System.in.read() == 'a') {
            for (int i = 0; i < 100_000; i++) {
              sink = new byte[1_000];
            }
            System.gc();
            System.out.println("done");
          }
        }
      }
      """;

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void whatAnotherJvmAllocatesAndItsStopsAreSeen() throws Exception {
    Path source = Files.writeString(folder.resolve("Allocating.java"), PROGRAM);
    Process program = program(source);
    try (var output = program.inputReader(StandardCharsets.UTF_8);
        var input = program.outputWriter(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("begun");
      try (JvmProbe probe = JvmProbe.attach(program.pid())) {
        long allocated = probe.allocatedBytes();
        long stopped = probe.stoppedMicros();

        input.write('a');
        input.flush();
        assertThat(output.readLine()).isEqualTo("done");

        assertThat(probe.allocatedBytes() - allocated).isBetween(100_000_000L, 300_000_000L);
        assertThat(probe.stoppedMicros()).isGreaterThan(stopped);
      }
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void aJvmThatIsStoppedKeepsNobodyWaitingAndAnswersWhenItGoesOn() throws Exception {
    Path source = Files.writeString(folder.resolve("Allocating.java"), PROGRAM);
    Process program = program(source);
    try (var output = program.inputReader(StandardCharsets.UTF_8);
        JvmProbes probes = new JvmProbes()) {
      assertThat(output.readLine()).isEqualTo("begun");
      assertThat(probes.attach(program.pid())).isTrue();
      Wait wait = new Wait(Ticker.system());

      Signal.send("-STOP", program.pid());
      assertThat(wait.until(DEADLINE, () -> probes.allocatedBytes(program.pid()).isEmpty()))
          .isTrue();
      // The question before is still open.
      assertThat(probes.stoppedMicros(program.pid())).isEmpty();

      Signal.send("-CONT", program.pid());
      assertThat(wait.until(DEADLINE, () -> probes.allocatedBytes(program.pid()).isPresent()))
          .isTrue();
    } finally {
      program.destroyForcibly();
    }
  }

  private static Process program(Path source) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(java, "-XX:+UseParallelGC", "-Xmx64m", source.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
