package io.pigpig.perf.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection for the harness' own questions. Blocking; owned by one thread. Every question throws
 * IOException when it has no answer within {@value #TIMEOUT_SECONDS} s.
 */
public final class PostgresSession implements AutoCloseable {

  private static final int TIMEOUT_SECONDS = 120;
  private static final int ROWS_AT_ONCE = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final PgConnection connection;

  private PostgresSession(String url) throws IOException {
    try {
      connection = await(PgConnection.connect(vertx, PgConnectOptions.fromUri(url)));
    } catch (IOException away) {
      // Nobody else could: its threads would outlive the run.
      vertx.close();
      throw away;
    }
  }

  /** Throws IOException when Postgres cannot be reached. */
  public static PostgresSession open(String url) throws IOException {
    return new PostgresSession(url);
  }

  public RowSet<Row> ask(String sql, Object... values) throws IOException {
    return await(connection.preparedQuery(sql).execute(Tuple.wrap(values)));
  }

  /** From here on every question is answered as of now, until {@link #leaveSnapshot}. */
  public void enterSnapshot() throws IOException {
    ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  public void leaveSnapshot() throws IOException {
    ask("COMMIT");
  }

  /** Every row, of which few are here at a time; within a snapshot. */
  public void each(Consumer<Row> consumer, String sql, Object... values) throws IOException {
    Cursor cursor = await(connection.prepare(sql)).cursor(Tuple.wrap(values));
    do {
      await(cursor.read(ROWS_AT_ONCE)).forEach(consumer);
    } while (cursor.hasMore());
    await(cursor.close());
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("Postgres does not answer: " + e, e);
    }
  }

  @Override
  public void close() {
    connection.close();
    vertx.close();
  }
}
