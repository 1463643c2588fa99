package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
}
