package io.pigpig.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The repair console's command on a running stack whose carrier does not answer. */
final class SagasCommandTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static TestStack stack;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws IOException {
    stack = TestStack.start("sagas_command", Map.of("order.production-delay", "0s"));
    stack.peers().faults(stack.peers().carrierPort(), 1, List.of("book ERROR 1"));
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void sagasAreListedRetriedAndCancelled() {
    String id = stack.place("alice", "TEE-CLASSIC-NAVY-M", 1).getString("orderId");
    String body = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}";
    stack.send(stack.as("alice", "POST", "/api/v1/orders/" + id + "/payment", body));
    Eventually.holds("waits for its carrier", PATIENCE, () -> list().contains("IN_PRODUCTION"));
    assertThat(run("retry", id)).isZero();
    assertThat(run("cancel", id)).isZero();
    assertThat(said()).contains(id).contains("CANCELLED");
    assertThat(run("show", id)).isZero();
    assertThat(said()).contains("cancel by console at SHIP: ACCEPTED");
    assertThat(run("cancel", "0192")).isEqualTo(1);
    assertThat(complained()).contains("404 NOT_FOUND");
  }

  @Test
  void aWrongCommandLineIsOneLineAndExitCodeTwo() {
    assertThat(run("retry")).isEqualTo(2);
    assertThat(run("--colour", "red")).isEqualTo(2);
    assertThat(run("--port", "x")).isEqualTo(2);
    assertThat(complained())
        .contains("retry needs the id of an order")
        .contains("unknown flag --colour; there are --state, --port")
        .contains("--port must be 1 to 65535");
    assertThat(run("--state", "ASLEEP", "--port", port())).isEqualTo(1);
    assertThat(complained()).contains("INVALID_REQUEST");
  }

  private String list() {
    out.reset();
    assertThat(run("--state", "RUNNING")).as(this::complained).isZero();
    return said();
  }

  private int run(String... arguments) {
    boolean named = List.of(arguments).contains("--port");
    String[] all = named ? arguments : append(arguments, "--port", port());
    return SagasCommand.run(
        all,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String[] append(String[] arguments, String... more) {
    return Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private static String port() {
    return Integer.toString(stack.port());
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
