package io.pigpig.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a cluster: a process of every role on one machine, all of them real. */
final class ClusterCommandTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** It starts seven JVMs and two stores, one after the other. */
  private static final Duration READY_WITHIN = Duration.ofMinutes(5);

  private static final List<String> MEMBERS =
      List.of("render-1", "stock-1", "order-1", "gateway-1", "gateway-2");

  @TempDir private Path temp;

  private Path data() {
    return temp.resolve("data");
  }

  @AfterEach
  void leaveNoProcess() {
    Program.killAll(data());
  }

  private Program start() {
    return start(Program.freePort(), Program.freePort());
  }

  private Program start(int port, int grpcPort) {
    return Program.start(
        data(),
        port,
        "--grpc-port",
        Integer.toString(grpcPort),
        "--cluster",
        "1",
        "--gateways",
        "2",
        "--cluster-bus",
        "on",
        "--server.event-loops",
        "1");
  }

  @Test
  void itsProcessesShareABusComeBackAndDrainFromTheFront() throws Exception {
    Program cluster = start();
    cluster.awaitReady(READY_WITHIN);
    assertThat(MEMBERS).allSatisfy(it -> assertThat(cluster.text()).contains("  " + it + " "));
    assertThat(Program.status(data()))
        .startsWith("0")
        .satisfies(text -> assertThat(MEMBERS).allSatisfy(it -> assertReady(text, it, 0)))
        .contains("postgres", "redis", "sandbox-carrier", "sandbox-payment");
    assertThat(commandLines()).noneMatch(line -> line.contains("postgresql://"));
    assertThat(metrics("order-1")).contains("cluster_members 2.0");

    long killed = recordedPid("order-1");
    Program.kill9(killed);
    Eventually.holds(
        "it says so",
        PATIENCE,
        () ->
            cluster
                .text()
                .contains(
                    "order-1 process " + killed + " ended with exit code 137; it is started"));
    Eventually.holds(
        "it is back", PATIENCE, () -> cluster.text().contains("order-1 was started again"));
    assertThat(Program.status(data()))
        .startsWith("0")
        .satisfies(text -> assertReady(text, "order-1", 1));
    try (Customers customers = Customers.quiet(cluster.port())) {
      customers.buy();
    }

    cluster.terminate();
    assertThat(cluster.exitCode(PATIENCE)).as(cluster.text()).isZero();
    assertThat(Program.processesOf(data())).isEmpty();
    List<String> gone = drained(cluster.text());
    assertThat(gone.subList(0, 2)).containsExactlyInAnyOrder("gateway-1", "gateway-2");
    assertThat(gone.subList(2, 5)).containsExactly("order-1", "stock-1", "render-1");
    assertThat(gone.subList(5, 7)).containsExactlyInAnyOrder("sandbox-carrier", "sandbox-payment");
    assertThat(Program.status(data())).startsWith("1").contains("nothing runs on " + data());
  }

  @Test
  void aSignalWhileItStartsLeavesNoneOfItsProcesses() {
    Program cluster = start();
    Eventually.holds(
        "some have started",
        READY_WITHIN,
        () -> Files.exists(data().resolve("run/stock-1.process")));
    cluster.terminate();
    assertThat(cluster.exitCode(PATIENCE)).as(cluster.text()).isZero();
    assertThat(cluster.text()).doesNotContain("\tat ").doesNotContain("is ready");
    assertThat(Program.processesOf(data())).isEmpty();
  }

  @Test
  void oneThatWasKilledIsStartedAgainBesideWhatItLeft() throws Exception {
    int grpcPort = Program.freePort();
    Program killed = start(Program.freePort(), grpcPort);
    killed.awaitReady(READY_WITHIN);
    List<Long> left = MEMBERS.stream().map(this::recordedPid).toList();
    killed.kill9();
    assertThat(left).allMatch(Program::isAlive);
    Program again = start(killed.port(), grpcPort);
    again.awaitReady(READY_WITHIN);
    assertThat(left).noneMatch(Program::isAlive);
    assertThat(MEMBERS)
        .allSatisfy(it -> assertThat(again.text()).contains("stops " + it + " process "));
    try (Customers customers = Customers.quiet(again.port())) {
      customers.buy();
    }
  }

  /** The row of a table that begins with the process's name. */
  private static void assertReady(String table, String member, int restarts) {
    assertThat(table.lines())
        .filteredOn(line -> line.startsWith(member + " "))
        .singleElement()
        .asString()
        .matches(".* " + restarts + "  [0-9hms ]+  ready");
  }

  /** Who said goodbye, in this order, after the signal. */
  private static List<String> drained(String text) {
    return text.substring(text.indexOf("draining ..."))
        .lines()
        .filter(line -> line.contains(" drained in "))
        .map(line -> line.strip().split(" ", 2)[0])
        .toList();
  }

  private List<String> commandLines() {
    return Program.processesOf(data()).stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(handle -> handle.info().commandLine().stream())
        .toList();
  }

  private long recordedPid(String member) {
    return Long.parseLong(read(member + ".process").split(" ", 2)[0]);
  }

  private String read(String file) {
    try {
      return Files.readString(data().resolve("run").resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String metrics(String member) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + read(member + ".port") + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
