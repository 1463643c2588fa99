package io.pigpig.perf.cost;

import io.pigpig.perf.store.PostgresSession;
import io.pigpig.perf.store.RedisSocket;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What the stores have counted since they started.
 *
 * @param walBytes position in Postgres' log, which goes on over a crash
 * @param redisScripts that clients have called; Redis does not tell plain commands from those that
 *     scripts call. Empty for a side that has no Redis, or does not call it by scripts
 */
public record StoreCounters(long commits, long fsyncs, long walBytes, OptionalLong redisScripts) {

  private static final String COUNTERS =
      """
      SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal_bytes,
        (SELECT coalesce(sum(fsyncs), 0)::bigint FROM pg_stat_io WHERE object = 'wal') AS fsyncs,
        (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits
      """;

  private static final Pattern SCRIPTS =
      Pattern.compile("cmdstat_(?:evalsha|eval|fcall)(?:_ro)?:calls=(\\d+)");

  /**
   * Asks both.
   *
   * @param redisPort empty for a side whose scripts are not counted
   */
  public static StoreCounters read(PostgresSession postgres, OptionalInt redisPort)
      throws IOException {
    Row row = postgres.ask(COUNTERS).iterator().next();
    OptionalLong scripts =
        redisPort.isPresent()
            ? OptionalLong.of(scripts(RedisSocket.info(redisPort.getAsInt(), "commandstats")))
            : OptionalLong.empty();
    return new StoreCounters(
        row.getLong("commits"), row.getLong("fsyncs"), row.getLong("wal_bytes"), scripts);
  }

  static long scripts(String commandStats) {
    return SCRIPTS
        .matcher(commandStats)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }

  /** A store that was killed meanwhile has begun to count anew. */
  public StoreCounters since(StoreCounters before) {
    return new StoreCounters(
        grown(before.commits, commits),
        grown(before.fsyncs, fsyncs),
        grown(before.walBytes, walBytes),
        redisScripts.isPresent() && before.redisScripts.isPresent()
            ? OptionalLong.of(grown(before.redisScripts.getAsLong(), redisScripts.getAsLong()))
            : OptionalLong.empty());
  }

  private static long grown(long before, long after) {
    return after >= before ? after - before : after;
  }
}
