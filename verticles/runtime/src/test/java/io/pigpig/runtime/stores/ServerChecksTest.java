package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of the user's own: which are taken, and the line that refuses the others. */
class ServerChecksTest {

  @Test
  void goodServersAreTakenWithoutADataFolder(@TempDir Path temp) {
    String unused = temp.resolve("never").toString();
    StoreSettings settings =
        new StoreSettings(unused, TestStores.postgresUrl(), TestStores.redisUrl());
    try (EmbeddedStores stores = EmbeddedStores.start(settings)) {
      assertThat(stores.postgresUrl()).isEqualTo(TestStores.postgresUrl());
      assertThat(stores.redisUrl()).isEqualTo(TestStores.redisUrl());
      assertThat(stores.postgresPid()).isEmpty();
    }
    assertThat(temp.resolve("never")).doesNotExist();
  }

  @Test
  void aStoreThatTheProcessDoesNotUseIsNotAsked(@TempDir Path temp) {
    String unused = temp.resolve("never").toString();
    String away = "redis://127.0.0.1:1";
    for (String redis : List.of("", away)) {
      StoreSettings settings = new StoreSettings(unused, TestStores.postgresUrl(), redis);
      EmbeddedStores.start(settings, Set.of(Store.POSTGRES)).close();
    }
    assertThat(temp.resolve("never")).doesNotExist();
  }

  @Test
  void oldPostgresIsRefused() {
    assertThatThrownBy(
            () -> ServerChecks.requirePostgres("db.example", "15.18 (Debian 15.18-1)", 150_018))
        .isInstanceOf(StartupFailure.class)
        .hasMessage("Postgres 16 or later is needed, db.example is 15.18.");
    ServerChecks.requirePostgres("db.example", "16.0", 160_000);
  }

  @Test
  void forgetfulPostgresIsRefused() {
    assertThatThrownBy(() -> ServerChecks.requireOn("db.example", "fsync", "off"))
        .isInstanceOf(StartupFailure.class)
        .hasMessage(
            "Postgres at db.example has fsync=off, which loses acknowledged orders; set it on.");
    ServerChecks.requireOn("db.example", "fsync", "on");
  }

  @Test
  void postgresThatSpeaksAnotherLanguageIsRefused() {
    assertThatThrownBy(() -> ServerChecks.requireEnglish("db.example", "de_DE.UTF-8"))
        .isInstanceOf(StartupFailure.class)
        .hasMessageStartingWith("Postgres at db.example has lc_messages=de_DE.UTF-8");
    for (String english : new String[] {"", "C", "C.UTF-8", "POSIX", "en_GB.UTF-8"}) {
      ServerChecks.requireEnglish("db.example", english);
    }
  }

  @Test
  void oldRedisIsRefused() {
    assertThatThrownBy(() -> ServerChecks.requireRedis("r:6379", "6.0.16"))
        .isInstanceOf(StartupFailure.class)
        .hasMessage("Redis 6.2 or later is needed, r:6379 is 6.0.16.");
    ServerChecks.requireRedis("r:6379", "6.2.0");
    ServerChecks.requireRedis("r:6379", "7.0.15");
  }

  @Test
  void wrongPasswordIsOneLineWithoutThePassword() {
    PostgresUrl right = PostgresUrl.parse(TestStores.postgresUrl());
    String wrong = "postgresql://pigpig:wrong-one@127.0.0.1:" + right.port() + "/pigpig";
    assertThat(Refusals.of(() -> EmbeddedStores.start(new StoreSettings("", wrong, "redis://x"))))
        .contains("password authentication failed")
        .doesNotContain("wrong-one");
  }

  @Test
  void silentRedisIsOneLine() {
    StoreSettings settings = new StoreSettings("", TestStores.postgresUrl(), "redis://127.0.0.1:1");
    assertThat(Refusals.of(() -> EmbeddedStores.start(settings)))
        .startsWith("Redis at 127.0.0.1:1 cannot be used");
  }

  @Test
  void aClusterIsTakenWhenItIsWholeAndRefusedByTheFormAndByTheGap() throws Exception {
    try (TestRedisCluster cluster = TestRedisCluster.start()) {
      ServerChecks.redis(cluster.url());
      ServerChecks.redis("redis-cluster://127.0.0.1:1," + cluster.nodes().getLast());
      String node = cluster.nodes().getFirst().address();
      assertThat(refusal("redis://" + node))
          .isEqualTo(
              "Redis at %s is a node of a cluster; write redis-cluster://%s."
                  .formatted(node, node));

      cluster.nodes().getFirst().say("CLUSTER", "DELSLOTS", "0");
      assertThat(refusal(cluster.url()))
          .isEqualTo(
              "The Redis Cluster of "
                  + node
                  + " has masters for 16383 of 16384 slots; give every slot a master.");
    }
  }

  @Test
  void aRedisOfNoClusterIsNotTakenForOne() {
    String address = TestStores.redisUrl().substring("redis://".length());
    assertThat(refusal("redis-cluster://" + address))
        .isEqualTo(
            "Redis at %s is no node of a cluster; write redis://%s.".formatted(address, address));
  }

  @Test
  void aSilentOrMisspeltClusterIsOneLine() {
    assertThat(refusal("redis-cluster://127.0.0.1:1,127.0.0.1:2"))
        .startsWith("Redis at 127.0.0.1:2 cannot be used");
    assertThat(refusal("redis-cluster://a:1,:secret@b:2"))
        .startsWith("The Redis URL is not redis-cluster://user:password@host:port,host:port: ")
        .doesNotContain("secret");
    assertThat(refusal("redis://a:1,b:2"))
        .isEqualTo("The Redis URL is not redis://user:password@host:port.");
  }

  private static String refusal(String redisUrl) {
    return Refusals.of(
        () -> EmbeddedStores.start(new StoreSettings("", TestStores.postgresUrl(), redisUrl)));
  }
}
