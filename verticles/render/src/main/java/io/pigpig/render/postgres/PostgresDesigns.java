package io.pigpig.render.postgres;

import io.pigpig.render.DesignStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * Designs as rows of the table {@code designs}, one statement a call. Stateless: safe from any
 * thread. Deadlines and the answer to a server that is away are those of the {@link SqlCall}.
 */
public final class PostgresDesigns implements DesignStore {

  private static final String INSERT =
      "INSERT INTO designs (design_id, content) VALUES ($1, $2) ON CONFLICT (design_id) DO NOTHING";
  private static final String FIND = "SELECT content FROM designs WHERE design_id = $1";
  private static final String EXISTS = "SELECT 1 FROM designs WHERE design_id = $1";

  private static final String HAS_PRINT = "SELECT 1 FROM print_files WHERE design_id = $1";
  private static final String INSERT_PRINT =
      "INSERT INTO print_files (design_id, png) VALUES ($1, $2) ON CONFLICT DO NOTHING";

  private final SqlCall sql;

  public PostgresDesigns(SqlCall sql) {
    this.sql = sql;
  }

  @Override
  public Future<Void> insert(String designId, Buffer content) {
    return sql.query(INSERT, Tuple.of(designId, content)).mapEmpty();
  }

  @Override
  public Future<Optional<Buffer>> find(String designId) {
    return sql.query(FIND, Tuple.of(designId)).map(PostgresDesigns::firstContent);
  }

  @Override
  public Future<Boolean> exists(String designId) {
    return sql.query(EXISTS, Tuple.of(designId)).map(rows -> rows.size() > 0);
  }

  @Override
  public Future<Boolean> hasPrint(String designId) {
    return sql.query(HAS_PRINT, Tuple.of(designId)).map(rows -> rows.size() > 0);
  }

  @Override
  public Future<Void> insertPrint(String designId, Buffer png) {
    return sql.query(INSERT_PRINT, Tuple.of(designId, png)).mapEmpty();
  }

  private static Optional<Buffer> firstContent(RowSet<Row> rows) {
    for (Row row : rows) {
      return Optional.of(row.getBuffer(0));
    }
    return Optional.empty();
  }
}
