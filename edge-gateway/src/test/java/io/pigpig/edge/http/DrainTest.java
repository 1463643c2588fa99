package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;
import static io.pigpig.edge.TestStack.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a process that was told to stop does with requests that are there and that come. */
final class DrainTest {

  private static final String SKU = "TEE-CLASSIC-WHITE-M";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void anOrderUnderWayIsAnsweredAndANewRequestIsNotServed() throws Exception {
    TestStack stack =
        TestStack.start(
            "drain",
            Map.of(
                "server.event-loops", "1",
                "server.order-timeout", "20s",
                "postgres.lock-timeout", "40s",
                "postgres.statement-timeout", "50s",
                "postgres.answer-timeout", "55s",
                "process.drain-timeout", "20s"));
    String head =
        "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + stack.token("eve", "customer")
            + "\r\nContent-Type: application/json\r\n";
    int port = stack.port();
    int managementPort = stack.managementPort();
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        Socket idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = '" + SKU + "' FOR UPDATE");
      }
      CompletableFuture<String> underWay = sent(port, order(head));
      Eventually.holds("the order is under way", PATIENCE, () -> pendingOrders(managementPort));
      stopped = stopped(stack);
      Eventually.holds("the process drains", PATIENCE, () -> drains(managementPort));

      assertThat(underWay).isNotDone();
      assertThat(onOpen(idle, order(head))).isSubsetOf(503);
      locker.rollback();
      assertThat(RawSocket.statuses(underWay.get(30, TimeUnit.SECONDS))).containsExactly(201);
    }
    stopped.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aDrainThatLeavesARequestOrACallWithoutAnEndSaysSo() throws Exception {
    TestStack stack =
        TestStack.startRoles(
            "drain_late",
            Map.of(
                "server.order-timeout", "20s",
                "postgres.lock-timeout", "40s",
                "postgres.statement-timeout", "50s",
                "postgres.answer-timeout", "55s",
                "process.drain-timeout", "3s"));
    String head =
        "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + stack.token("eve", "customer")
            + "\r\nContent-Type: application/json\r\n";
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()))) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = '" + SKU + "' FOR UPDATE");
      }
      CompletableFuture<String> underWay = sent(stack.port(), order(head));
      Eventually.holds(
          "the order is under way",
          PATIENCE,
          () -> stack.processes().stream().anyMatch(it -> pendingOrders(it.managementPort())));
      assertThat(stack.process().stop()).as("the gateway").isFalse();
      List<Boolean> stopped = stack.processes().stream().map(EdgeProcess::stop).toList();
      // Whoever is silent for long is not asked alone.
      assertThat(stopped.subList(0, 2)).as("the processes of orders").contains(false);
      assertThat(stopped.subList(2, 5))
          .as("stock, render, gateway")
          .containsExactly(true, true, false);
      locker.rollback();
      underWay.exceptionally(broken -> "").get(30, TimeUnit.SECONDS);
    } finally {
      stack.close();
    }
  }

  private static String order(String head) {
    String body = lines(SKU, 1);
    return head
        + "Idempotency-Key: "
        + key()
        + "\r\nConnection: close\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** The connection may have been closed, which a client takes for a reason to go elsewhere. */
  private static List<Integer> onOpen(Socket socket, String text) {
    try {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      byte[] answer = socket.getInputStream().readAllBytes();
      return RawSocket.statuses(new String(answer, StandardCharsets.UTF_8));
    } catch (SocketException closed) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompletableFuture<String> sent(int port, String text) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return RawSocket.untilClosed(port, text);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  private static CompletableFuture<Void> stopped(TestStack stack) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            stack.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  private static boolean pendingOrders(int managementPort) {
    return management(managementPort, "/metrics").contains("order_service_pending_orders 1.0");
  }

  static boolean drains(int managementPort) {
    return management(managementPort, "/health/ready")
        .contains("{\"name\":\"accepting\",\"up\":false}");
  }

  private static String management(int port, String path) {
    try {
      return RawSocket.untilClosed(
          port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    } catch (ConnectException e) {
      return "{\"name\":\"accepting\",\"up\":false} gone";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
