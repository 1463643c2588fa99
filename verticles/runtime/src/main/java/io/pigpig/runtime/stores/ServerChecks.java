package io.pigpig.runtime.stores;

import io.pigpig.runtime.redis.RedisClusterUrl;
import io.pigpig.runtime.redis.RedisNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

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
  private static final int CLUSTER_SLOTS = 16_384;
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
   * Returns if the server is Redis 6.2 or later, or a Valkey; of a cluster, if it also has a master
   * for every slot.
   *
   * @throws StartupFailure with one line otherwise
   */
  static void redis(String url) {
    if (RedisClusterUrl.isOne(url)) {
      redisCluster(url);
      return;
    }
    RedisProbe probe = RedisProbe.of(url);
    try {
      String info = probe.ask(List.of(List.of("INFO"))).getFirst();
      requireRedis(probe.address(), RedisInfo.text(info, "redis_version"));
      requireSingle(probe.address(), info);
    } catch (IOException e) {
      throw unusable(probe, e);
    }
  }

  static void requireSingle(String address, String info) {
    if (RedisInfo.number(info, "cluster_enabled") == 1) {
      throw new StartupFailure(
          "Redis at %s is a node of a cluster; write redis-cluster://%s."
              .formatted(address, address));
    }
  }

  /** Asks the first node that answers; it speaks for the others. */
  private static void redisCluster(String url) {
    RedisClusterUrl cluster = cluster(url);
    StartupFailure last = new StartupFailure("The Redis Cluster has no nodes.");
    for (RedisNode seed : cluster.seeds()) {
      RedisProbe probe = RedisProbe.of(cluster.urlOf(seed));
      try {
        String info = probe.ask(List.of(List.of("INFO"))).getFirst();
        requireRedis(probe.address(), RedisInfo.text(info, "redis_version"));
        requireMember(probe.address(), info);
        requireWhole(probe.address(), probe.ask(List.of(List.of("CLUSTER", "INFO"))).getFirst());
        return;
      } catch (IOException e) {
        last = unusable(probe, e);
      }
    }
    throw last;
  }

  private static RedisClusterUrl cluster(String url) {
    try {
      return RedisClusterUrl.parse(url);
    } catch (IllegalArgumentException e) {
      throw new StartupFailure(String.valueOf(e.getMessage()), e);
    }
  }

  static void requireMember(String address, String info) {
    if (RedisInfo.number(info, "cluster_enabled") != 1) {
      throw new StartupFailure(
          "Redis at %s is no node of a cluster; write redis://%s.".formatted(address, address));
    }
  }

  /**
   * A slot whose master only one node misses is not counted: the others have the last word on it.
   *
   * @param info what {@code CLUSTER INFO} answered
   */
  static void requireWhole(String address, String info) {
    long served =
        RedisInfo.number(info, "cluster_slots_assigned")
            - RedisInfo.number(info, "cluster_slots_fail");
    if (served < CLUSTER_SLOTS) {
      throw new StartupFailure(
          "The Redis Cluster of %s has masters for %d of %d slots; give every slot a master."
              .formatted(address, served, CLUSTER_SLOTS));
    }
    if (!info.contains("cluster_state:ok")) {
      throw new StartupFailure(
          "The Redis Cluster of %s is down; redis-cli cluster info says why.".formatted(address));
    }
  }

  private static StartupFailure unusable(RedisProbe probe, IOException e) {
    return new StartupFailure(
        "Redis at " + probe.address() + " cannot be used: " + e.getMessage(), e);
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
