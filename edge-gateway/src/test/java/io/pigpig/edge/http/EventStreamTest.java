package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Event streams when many are open, when Postgres is slow, and when the process stops. */
final class EventStreamTest {

  private static final String SKU = "TEE-CLASSIC-WHITE-M";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Map<String, String> PATIENT_READS =
      Map.of(
          "server.event-loops", "1",
          "server.streams-max", "3",
          "postgres.lock-timeout", "40s",
          "postgres.statement-timeout", "50s",
          "postgres.answer-timeout", "55s");

  @Test
  void everyStreamOfManySeesItsOwnOrderToItsEnd() throws Exception {
    TestStack stack = TestStack.start("streams_many", Map.of("server.event-loops", "1"));
    try {
      List<String> orders = new ArrayList<>();
      List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        orders.add(stack.place("sam", SKU, 1).getString("orderId"));
        streams.add(follow(stack, orders.getLast()));
      }
      for (int i = 0; i < orders.size(); i += 2) {
        String pay = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}";
        stack.send(stack.as("sam", "POST", path(orders.get(i), "payment"), pay));
      }
      for (String order : orders) {
        stack.send(stack.as("sam", "POST", path(order, "cancel"), ""));
      }
      for (int i = 0; i < orders.size(); i++) {
        String body = streams.get(i).get(30, TimeUnit.SECONDS).body();
        String[] ids =
            i % 2 == 0 ? new String[] {"id: 1", "id: 2", "id: 3"} : new String[] {"id: 1", "id: 2"};
        assertThat(body.lines().filter(line -> line.startsWith("id: "))).containsExactly(ids);
        assertThat(body).contains(": follows order " + orders.get(i), "CANCELLED");
      }
    } finally {
      stack.close();
    }
  }

  @Test
  void aStreamOutlivesReadsThatFail() throws Exception {
    TestStack stack = TestStack.start("streams_fail", Map.of("server.event-loops", "1"));
    try (Connection breaker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = breaker.createStatement()) {
      String order = stack.place("sam", SKU, 1).getString("orderId");
      List<String> lines = new ArrayList<>();
      CompletableFuture<Void> ended = followLines(stack, order, lines);
      Eventually.holds("the stream has begun", PATIENCE, () -> has(lines, "id: 1"));
      statement.execute("ALTER TABLE order_event RENAME TO order_event_away");
      Eventually.holds(
          "reads fail",
          PATIENCE,
          () -> Metrics.value(stack, "http_server_streams_reads_failed_total") > 0);
      statement.execute("ALTER TABLE order_event_away RENAME TO order_event");
      stack.send(stack.as("sam", "POST", path(order, "cancel"), ""));
      ended.get(30, TimeUnit.SECONDS);
      assertThat(has(lines, "id: 2")).isTrue();
    } finally {
      stack.close();
    }
  }

  /** All are held up between their request and their first byte, where they count already. */
  @Test
  void streamsAboveTheMostAreRefusedAlsoWhileTheOthersBegin() throws Exception {
    TestStack stack = TestStack.start("streams_max", PATIENT_READS);
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()))) {
      String order = stack.place("sam", SKU, 1).getString("orderId");
      lockTimelines(locker);
      List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        streams.add(follow(stack, order));
      }
      Eventually.holds(
          "two are refused",
          PATIENCE,
          () -> streams.stream().filter(CompletableFuture::isDone).count() == 2);
      locker.rollback();
      stack.send(stack.as("sam", "POST", path(order, "cancel"), ""));
      List<Integer> statuses = new ArrayList<>();
      for (CompletableFuture<HttpResponse<String>> stream : streams) {
        statuses.add(stream.get(30, TimeUnit.SECONDS).statusCode());
      }
      assertThat(statuses).containsExactlyInAnyOrder(200, 200, 200, 503, 503);
      assertThat(stack.send(stack.as("sam", "GET", path(order, "events"), "")).statusCode())
          .isEqualTo(200);
    } finally {
      stack.close();
    }
  }

  @Test
  void aStreamThatIsAboutToBeginWhenTheProcessStopsIsRefused() throws Exception {
    TestStack stack = TestStack.start("streams_drain", PATIENT_READS);
    CompletableFuture<Void> stopped;
    // A client of its own: the stack's is shut down with it, at the moment of the answer.
    try (HttpClient customer = HttpClient.newHttpClient();
        Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()))) {
      String order = stack.place("sam", SKU, 1).getString("orderId");
      lockTimelines(locker);
      CompletableFuture<HttpResponse<String>> stream =
          customer.sendAsync(
              stack.as("sam", "GET", path(order, "events"), "").build(), BodyHandlers.ofString());
      Eventually.holds("the stream waits for Postgres", PATIENCE, () -> someoneWaits(stack));
      int managementPort = stack.managementPort();
      stopped = CompletableFuture.runAsync(() -> closed(stack), Thread::startVirtualThread);
      Eventually.holds("the process drains", PATIENCE, () -> DrainTest.drains(managementPort));
      locker.rollback();
      HttpResponse<String> answer = stream.get(30, TimeUnit.SECONDS);
      ErrorContractTest.assertProblem(answer, 503, "UNAVAILABLE");
    }
    stopped.get(60, TimeUnit.SECONDS);
  }

  private static CompletableFuture<HttpResponse<String>> follow(TestStack stack, String order) {
    HttpRequest request = stack.as("sam", "GET", path(order, "events"), "").build();
    return stack.client().sendAsync(request, BodyHandlers.ofString());
  }

  private static CompletableFuture<Void> followLines(
      TestStack stack, String order, List<String> lines) {
    HttpRequest request = stack.as("sam", "GET", path(order, "events"), "").build();
    return stack
        .client()
        .sendAsync(request, BodyHandlers.ofLines())
        .thenAcceptAsync(
            answer ->
                answer
                    .body()
                    .forEach(
                        line -> {
                          synchronized (lines) {
                            lines.add(line);
                          }
                        }),
            Thread::startVirtualThread);
  }

  private static boolean has(List<String> lines, String line) {
    synchronized (lines) {
      return lines.contains(line);
    }
  }

  private static String path(String order, String what) {
    return "/api/v1/orders/" + order + "/" + what;
  }

  private static void lockTimelines(Connection locker) throws SQLException {
    locker.setAutoCommit(false);
    try (var statement = locker.createStatement()) {
      statement.execute("LOCK TABLE order_event IN ACCESS EXCLUSIVE MODE");
    }
  }

  private static boolean someoneWaits(TestStack stack) {
    try (Connection asker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = asker.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname"
                    + " = current_database() AND query LIKE '%FROM order_event%' AND pid <>"
                    + " pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void closed(TestStack stack) {
    try {
      stack.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
