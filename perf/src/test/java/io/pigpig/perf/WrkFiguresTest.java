package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrkFiguresTest {

  private static final String OUTPUT =
      """
      Running 8s test @ http://127.0.0.1:18080
        307538 requests in 8.01s, 39.89MB read
      figures requests=1000 duration_us=2000000 non2xx=100 connect=1 read=2 write=3 timeout=4 \
      p50_us=1458 p99_us=23324
      """;

  @Test
  void acceptedIsWhatWasNotRefused() {
    WrkFigures figures = WrkFigures.parse(OUTPUT);

    assertThat(figures.accepted()).isEqualTo(900);
    assertThat(figures.acceptedPerSecond()).isEqualTo(450.0);
    assertThat(figures.socketErrors()).isEqualTo(10);
    assertThat(figures.p50Micros()).isEqualTo(1_458);
    assertThat(figures.p99Micros()).isEqualTo(23_324);
  }

  @Test
  void runWithoutFiguresSaysWhatWrkSaid() {
    assertThatThrownBy(() -> WrkFigures.parse("unable to connect to 127.0.0.1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unable to connect");
  }

  @Test
  void feedNamesRunSkusAndTokens(@TempDir Path folder) throws Exception {
    Path feed = folder.resolve("feed");
    WrkRun.writeFeed(feed, "stack", List.of("TEE-1"), List.of("a.b.c"));

    assertThat(Files.readAllLines(feed)).containsExactly("run stack", "sku TEE-1", "token a.b.c");
  }
}
