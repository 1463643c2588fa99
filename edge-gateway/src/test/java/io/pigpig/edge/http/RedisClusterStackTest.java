package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The whole process on a real Redis Cluster whose gate fails over. */
final class RedisClusterStackTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SKU = "HOODIE-BLACK-L";
  private static final int UNITS = 20;

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
      throws SQLException {
    stack.send(stack.asOperator("PUT", "/api/v1/stock/" + SKU, "{\"total\":" + UNITS + "}"));
    AtomicInteger sold = new AtomicInteger();
    for (int i = 0; i < UNITS / 2; i++) {
      stack.place("crowd", SKU, 1);
      sold.incrementAndGet();
    }
    String gate = gateKey(stack);
    TestRedisNode master = cluster.masterOf(gate);
    TestRedisNode replica = cluster.replicaOf(master);
    master.kill9();
    Eventually.holds("sold out", SOON, () -> isSoldOut(stack, sold));
    assertThat(sold).hasValue(UNITS);
    assertThat(cluster.masterOf(gate)).isEqualTo(replica);
    Eventually.holds("audit", SOON, () -> isAuditOk(stack));
  }

  private static boolean isSoldOut(TestStack stack, AtomicInteger sold) {
    HttpResponse<String> answer = stack.send(stack.order("crowd", TestStack.key(), SKU, 1));
    if (answer.statusCode() == 201) {
      sold.incrementAndGet();
    }
    return answer.statusCode() == 409
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
