package io.pigpig.runtime.stores;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Asks servers of the user's own whether the stack's promises can rest on them.
 *
 * <p>Blocking, 10 s at most each; at start-up, never on an event loop.
 */
final class ServerChecks {

  /** As {@code server_version_num} counts. */
  private static final int POSTGRES_MIN = 160_000;

  private static final int REDIS_MAJOR_MIN = 6;
  private static final int REDIS_MINOR_MIN = 2;
  private static final String PATIENCE = "connectTimeout=5&socketTimeout=10&loginTimeout=10";

  private ServerChecks() {}

  /**
   * Returns if the server is Postgres 16 or later and keeps what it acknowledges.
   *
   * @throws StartupFailure with one line otherwise
   */
  static void postgres(PostgresUrl url) {
    String withPatience = url.jdbcUrl() + "&" + PATIENCE;
    try (Connection connection = DriverManager.getConnection(withPatience)) {
      int version = Integer.parseInt(shown(connection, "server_version_num"));
      requirePostgres(url.host(), shown(connection, "server_version"), version);
      requireOn(url.host(), "fsync", shown(connection, "fsync"));
      requireOn(url.host(), "full_page_writes", shown(connection, "full_page_writes"));
      requireEnglish(url.host(), shown(connection, "lc_messages"));
    } catch (SQLException e) {
      throw StartupFailure.ofSql("Postgres at " + url.address() + " cannot be used", e);
    }
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static void requirePostgres(String host, String shown, int version) {
    if (version < POSTGRES_MIN) {
      String number = shown.split(" ", 2)[0];
      throw new StartupFailure("Postgres 16 or later is needed, " + host + " is " + number + ".");
    }
  }

  static void requireOn(String host, String setting, String value) {
    if (!value.equals("on")) {
      throw new StartupFailure(
          "Postgres at %s has %s=%s, which loses acknowledged orders; set it on."
              .formatted(host, setting, value));
    }
  }

  /**
   * The client tells a statement that was rolled back from a session that ended by the word ERROR,
   * which Postgres translates.
   */
  static void requireEnglish(String host, String locale) {
    if (!locale.matches("|C|C\\..*|POSIX|en.*|English.*")) {
      throw new StartupFailure(
          "Postgres at %s has lc_messages=%s, whose words the stack cannot read; set it to C."
              .formatted(host, locale));
    }
  }

  /**
   * Returns if the server is Redis 6.2 or later, or a Valkey.
   *
   * @throws StartupFailure with one line otherwise
   */
  static void redis(String url) {
    RedisProbe probe = RedisProbe.of(url);
    requireRedis(probe.address(), probe.version());
  }

  static void requireRedis(String address, String version) {
    String[] parts = version.split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    int minor = parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
    boolean enough =
        major > REDIS_MAJOR_MIN || (major == REDIS_MAJOR_MIN && minor >= REDIS_MINOR_MIN);
    if (!enough) {
      throw new StartupFailure("Redis 6.2 or later is needed, " + address + " is " + version + ".");
    }
  }
}
