package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.stores.TestRedisCluster;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/** Selling out on a real Redis Cluster of three masters with a replica each. */
final class OversellRedisClusterTest extends SellingOut {

  private final TestRedisCluster cluster;

  OversellRedisClusterTest() throws Exception {
    cluster = TestRedisCluster.start();
  }

  @Override
  TestStack open() throws Exception {
    return TestStack.start("oversell_redis_cluster", Map.of("stores.redis-url", cluster.url()));
  }

  @Override
  @AfterAll
  void stop() throws Exception {
    super.stop();
    cluster.close();
  }
}
