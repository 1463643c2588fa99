package io.pigpig.runtime.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a cluster is written, and the line that refuses what is not. */
class RedisClusterUrlTest {

  @Test
  void readsNodesWithAndWithoutPort() {
    RedisClusterUrl url =
        RedisClusterUrl.parse("redis-cluster://a.example:7000,b.example,[::1]:7002");
    assertThat(url.seeds())
        .containsExactly(
            new RedisNode("a.example", 7000),
            new RedisNode("b.example", 6379),
            new RedisNode("::1", 7002));
    assertThat(url.urlOf(url.seeds().get(2))).isEqualTo("redis://[::1]:7002");
  }

  @Test
  void userPasswordAndTlsHoldForEveryNode() {
    RedisClusterUrl url =
        RedisClusterUrl.parse("rediss-cluster://shop:p%40ss@a.example:7000,b.example:7001");
    assertThat(url.urlOf(new RedisNode("c.example", 7002)))
        .isEqualTo("rediss://shop:p%40ss@c.example:7002");
    assertThat(url).hasToString("rediss-cluster://a.example:7000,b.example:7001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis://a:7000                   | it must begin with redis-cluster://
          redis-cluster://                 | its node 1 is no host:port
          redis-cluster://a:7000,          | its node 2 is no host:port
          redis-cluster://a:7000,,b:7001   | its node 2 is no host:port
          redis-cluster://a:seven          | its node 1 is no host:port
          redis-cluster://a:7000,b:0       | its node 2 has port 0
          redis-cluster://a:7000,b:70000   | its node 2 has port 70000
          redis-cluster://a:7000/1         | a cluster has no numbered databases
          redis-cluster://a:7000?db=1      | a cluster has no numbered databases
          redis-cluster://a:7000, b:7001   | its node 2 is no host:port
          redis-cluster://a:7000,:x@b:7001 | user and password stand once, before the first node
          redis-cluster://u:p^w@a:7000     | its user or password has characters
          """)
  void refusesWithTheReason(String url, String reason) {
    assertThatThrownBy(() -> RedisClusterUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The Redis URL is not redis-cluster://user:password@host:port,host:port: " + reason)
        .hasMessageNotContaining("p^w");
  }
}
