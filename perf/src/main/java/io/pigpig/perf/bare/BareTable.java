package io.pigpig.perf.bare;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/**
 * The one table of the reference program, written through one connection with one prepared {@code
 * unnest} insert a batch.
 *
 * <p>Owned by one event loop. A statement is ended by the server after {@value #STATEMENT_MILLIS}
 * ms. A lost connection is not opened again: a reference run with a dead store has no figure.
 */
final class BareTable implements GroupCommit.BatchWriter {

  private static final int STATEMENT_MILLIS = 10_000;
  private static final String INSERT =
      """
      INSERT INTO bare_orders (id, lines, units)
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[])
      """;

  private final PreparedStatement insert;

  private BareTable(PreparedStatement insert) {
    this.insert = insert;
  }

  /** Replaces the table by an empty one. */
  static Future<?> create(Vertx vertx, String url) {
    return connect(vertx, url)
        .compose(
            connection ->
                connection
                    .query("SET client_min_messages TO warning; DROP TABLE IF EXISTS bare_orders")
                    .execute()
                    .compose(
                        dropped ->
                            connection
                                .query(
                                    "CREATE TABLE bare_orders (id uuid PRIMARY KEY,"
                                        + " lines text NOT NULL, units int NOT NULL)")
                                .execute())
                    .eventually(connection::close));
  }

  /** Connects on the calling event loop and prepares the statement. */
  static Future<BareTable> open(Vertx vertx, String url) {
    return connect(vertx, url)
        .compose(connection -> connection.prepare(INSERT))
        .map(BareTable::new);
  }

  private static Future<PgConnection> connect(Vertx vertx, String url) {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    options.addProperty("statement_timeout", Integer.toString(STATEMENT_MILLIS));
    return PgConnection.connect(vertx, options);
  }

  @Override
  public Future<?> write(List<GroupCommit.Entry> batch) {
    UUID[] ids = new UUID[batch.size()];
    String[] lines = new String[batch.size()];
    Integer[] units = new Integer[batch.size()];
    for (int i = 0; i < batch.size(); i++) {
      GroupCommit.Entry entry = batch.get(i);
      ids[i] = entry.id();
      lines[i] = entry.lines().text();
      units[i] = entry.lines().units();
    }
    return insert.query().execute(Tuple.of(ids, lines, units));
  }
}
