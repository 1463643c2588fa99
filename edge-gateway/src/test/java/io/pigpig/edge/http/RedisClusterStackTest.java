package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestRedisCluster;
import io.pigpig.runtime.stores.TestRedisNode;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.stock.redis.GateKeys;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The whole process on a real Redis Cluster whose gate fails over. */
final class RedisClusterStackTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SKU = "HOODIE-BLACK-L";
  private static final int CLIENTS = 64;
  private static final int UNITS = 1_000;

  @Test
  void whatIsThereIsSoldOnceAlsoWhenTheGatesMasterIsKilled() throws Exception {
    try (TestRedisCluster cluster = TestRedisCluster.start()) {
      TestStack stack =
          TestStack.start("redis_cluster_stack", Map.of("stores.redis-url", cluster.url()));
      try {
        sellThroughAFailover(stack, cluster);
      } finally {
        stack.close();
      }
    }
  }

  private static void sellThroughAFailover(TestStack stack, TestRedisCluster cluster)
      throws Exception {
    stack.send(stack.asOperator("PUT", "/api/v1/stock/" + SKU, "{\"total\":" + UNITS + "}"));
    stack.token("crowd", "customer");
    String gate = gateKey(stack);
    TestRedisNode master = cluster.masterOf(gate);
    TestRedisNode replica = cluster.replicaOf(master);
    AtomicInteger sold = new AtomicInteger();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(() -> buyUntilSoldOut(stack, sold)));
      }
      Eventually.holds("half is sold", SOON, () -> sold.get() >= UNITS / 2);
      master.kill9();
      for (Future<?> client : clients) {
        client.get(SOON.toSeconds(), TimeUnit.SECONDS);
      }
    }
    assertThat(sold).hasValue(UNITS);
    assertThat(cluster.masterOf(gate)).isEqualTo(replica);
    Eventually.holds("audit", SOON, () -> isAuditOk(stack));
  }

  private static void buyUntilSoldOut(TestStack stack, AtomicInteger sold) {
    String key = TestStack.key();
    Ticker ticker = Ticker.system();
    long untilNanos = ticker.nanos() + SOON.toNanos();
    while (ticker.nanos() - untilNanos < 0) {
      HttpResponse<String> answer = stack.send(stack.order("crowd", key, SKU, 1));
      if (answer.statusCode() == 201) {
        sold.incrementAndGet();
        key = TestStack.key();
      } else if (isSoldOut(stack, answer)) {
        return;
      }
      // Whatever else it was, the same key is asked again.
    }
    throw new AssertionError("not sold out in " + SOON);
  }

  /** Also by the ledger: units whose order is on its way are not sold yet. */
  private static boolean isSoldOut(TestStack stack, HttpResponse<String> answer) {
    return answer.statusCode() == 409
        && answer.body().contains("OUT_OF_STOCK")
        && stack
            .json(stack.request("GET", "/api/v1/stock/" + SKU, ""))
            .getInteger("available")
            .equals(0);
  }

  private static boolean isAuditOk(TestStack stack) {
    JsonObject audit = stack.json(stack.asOperator("GET", "/api/v1/admin/audit", ""));
    return audit.getBoolean("ok", false);
  }

  private static String gateKey(TestStack stack) throws SQLException {
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT ledger_id FROM stock_gate")) {
      rows.next();
      return GateKeys.of(rows.getObject(1, UUID.class)).stock();
    }
  }
}
