package io.pigpig.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.hazelcast.NodeProcess;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program when the event bus no longer reaches it, with and without a signal to stop. */
final class DeafProgramTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer than it takes until a program is deaf, by the settings of these tests. */
  private static final Duration LONG_DEAF = Duration.ofSeconds(8);

  @TempDir private Path temp;

  private final HttpClient http = HttpClient.newHttpClient();
  private Path data;
  private SharedStores stores;
  private NodeProcess other;
  private Program program;

  @BeforeEach
  void start() throws IOException {
    data = temp.resolve("data");
    String own = Integer.toString(Program.freePort());
    String others = Integer.toString(Program.freePort());
    String members = "127.0.0.1:" + own + ",127.0.0.1:" + others;
    stores =
        new SharedStores(
            "deaf_program",
            "--cluster.members=" + members,
            "--cluster.port=" + own,
            "--cluster.bus-port=0",
            // The other stays a member while it stands still.
            "--cluster.heartbeat-timeout=60s",
            "--cluster.canary.every=500ms",
            "--cluster.canary.timeout=400ms",
            "--cluster.canary.renew-after=2",
            "--cluster.canary.deaf-after=6",
            "--server.order-timeout=20s",
            "--postgres.lock-timeout=40s",
            "--postgres.statement-timeout=50s",
            "--postgres.answer-timeout=55s",
            "--process.drain-timeout=20s");
    other =
        new NodeProcess(
            "other",
            temp,
            List.of(),
            List.of("members=" + members, "port=" + others, "bus-port=0", "heartbeat-timeout=60s"));
    program = stores.start(data);
    program.awaitReady();
    Eventually.holds("two members", PATIENCE, () -> other.says("members 2"));
  }

  @AfterEach
  void leaveNoProcess() throws IOException {
    // Ends one that stands still, too.
    other.kill9();
    Program.killAll(data);
    stores.close();
    http.shutdownNow();
  }

  @Test
  void aProgramThatIsDeafEndsToBeStartedAgain() {
    other.standStill();
    assertThat(program.exitCode(PATIENCE)).isEqualTo(BusCanary.DEAF_EXIT_CODE);
    // What the library logs of calls that the bus no longer answers is its own.
    assertThat(program.text())
        .contains("this process is deaf")
        .doesNotContain("\tat io.pigpig.", "Exception in thread");
  }

  @Test
  void aSignalWhileADeafProgramDrainsWaitsForTheDrain() throws Exception {
    try (Connection locker = lockedStock();
        Customers customers = Customers.quiet(program.port())) {
      CompletableFuture<String> order = underWay(customers);
      other.standStill();
      Eventually.holds("it drains", PATIENCE, this::drains);
      assertThat(program.text()).contains("this process is deaf");
      program.terminate();
      Eventually.holds("told", PATIENCE, () -> program.text().contains("draining ..."));
      assertThat(order).isNotDone();
      locker.rollback();
      assertThat(order.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotEmpty();
      assertThat(program.exitCode(PATIENCE)).as("it left as it was told").isZero();
    }
  }

  @Test
  void whatMakesItDeafWhileItDrainsCutsNothingShort() throws Exception {
    try (Connection locker = lockedStock();
        Customers customers = Customers.quiet(program.port())) {
      CompletableFuture<String> order = underWay(customers);
      program.terminate();
      Eventually.holds("it drains", PATIENCE, this::drains);
      other.standStill();
      Ticker ticker = Ticker.system();
      long untilNanos = ticker.nanos() + LONG_DEAF.toNanos();
      while (ticker.nanos() - untilNanos < 0) {
        assertThat(drains()).as("it still drains").isTrue();
        assertThat(program.isRunning()).as(program.text()).isTrue();
      }
      locker.rollback();
      assertThat(order.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotEmpty();
      assertThat(program.exitCode(PATIENCE)).isZero();
      assertThat(program.text()).doesNotContain("is deaf");
    }
  }

  /** No order can be placed until it is rolled back. */
  private Connection lockedStock() throws SQLException {
    Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stores.postgresUrl()));
    locker.setAutoCommit(false);
    try (var statement = locker.createStatement()) {
      statement.execute("SELECT 1 FROM stock FOR UPDATE");
    }
    return locker;
  }

  private CompletableFuture<String> underWay(Customers customers) {
    CompletableFuture<String> order =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return customers.placed(UUID.randomUUID().toString());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            Thread::startVirtualThread);
    Eventually.holds(
        "the order is under way",
        PATIENCE,
        () -> management("/metrics").contains("order_service_pending_orders 1.0"));
    return order;
  }

  private boolean drains() {
    return management("/health/ready").contains("{\"name\":\"accepting\",\"up\":false}");
  }

  private String management(String path) {
    URI uri = URI.create("http://127.0.0.1:" + program.managementPort() + path);
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
