package io.pigpig.render.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * One prepared statement sent to Postgres. Whoever implements it puts a deadline on every call and
 * fails with a {@code RefusedException} of {@code UNAVAILABLE} when the server is away.
 */
@FunctionalInterface
public interface SqlCall {

  Future<RowSet<Row>> query(String sql, Tuple args);
}
