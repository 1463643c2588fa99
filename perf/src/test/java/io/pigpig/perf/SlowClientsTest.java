package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.scenario.Leg;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowClientsTest {

  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int READ_BYTES = 40;

  private final Wait wait = new Wait(Ticker.system());
  private final List<String> read = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "2,0,0,POST /api/v1/orders",
    "0,2,0,POST /api/v1/orders",
    "0,0,2,GET /api/v1/products"
  })
  void aSlowClientThatIsCutOffComesAgain(int header, int body, int reader, String begin)
      throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SlowClients slow = new SlowClients(server.getLocalPort(), "token")) {
      Thread.ofVirtual().start(() -> cutAllOff(server));
      slow.start(new Leg.SlowClients(header, body, reader));
      assertThat(wait.until(DEADLINE, () -> slow.cutOff() >= 6)).isTrue();
      assertThat(read).allMatch(head -> head.startsWith(begin));
    }
  }

  @Test
  void nobodyIsSlowUnlessAsked() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SlowClients slow = new SlowClients(server.getLocalPort(), "token")) {
      Thread.ofVirtual().start(() -> cutAllOff(server));
      slow.start(new Leg.SlowClients(0, 0, 0));
      // Whoever had come unasked would have come before this one, and again meanwhile.
      slow.start(new Leg.SlowClients(0, 0, 1));
      assertThat(wait.until(DEADLINE, () -> slow.cutOff() >= 4)).isTrue();
      assertThat(read).allMatch(head -> head.startsWith("GET /api/v1/products"));
    }
  }

  @Test
  void oneThatCannotConnectIsNotCutOff() throws Exception {
    int nobodysPort;
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      nobodysPort = server.getLocalPort();
    }
    try (SlowClients slow = new SlowClients(nobodysPort, "token")) {
      slow.start(new Leg.SlowClients(1, 0, 0));
      assertThat(wait.until(DEADLINE, () -> slow.unconnected() >= 2)).isTrue();
      assertThat(slow.cutOff()).isZero();
    }
  }

  private void cutAllOff(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        read.add(
            new String(client.getInputStream().readNBytes(READ_BYTES), StandardCharsets.US_ASCII));
      } catch (IOException ended) {
        // By the test, or by a client that gave up.
      }
    }
  }
}
