package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded pair as other modules get it. */
class EmbeddedStoresTest {

  @ParameterizedTest
  @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
  void postgresIsDurable(String setting) throws SQLException {
    assertThat(shown(setting)).isEqualTo("on");
  }

  @Test
  void postgresListensOnTheLoopbackInterfaceOnly() throws SQLException {
    assertThat(shown("listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(shown("unix_socket_directories")).isEmpty();
  }

  @Test
  void freshDatabaseIsOfItsOwn() {
    String one = TestStores.freshDatabase("one");
    String two = TestStores.freshDatabase("two");
    assertThat(one).endsWith("/one").isNotEqualTo(two);
  }

  @Test
  void freshRedisIsOfItsOwn() {
    assertThat(TestStores.freshRedis()).isNotEqualTo(TestStores.freshRedis());
  }

  private static String shown(String setting) throws SQLException {
    String url = TestStores.jdbcUrl(TestStores.postgresUrl());
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
