package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.order.LineText;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Orders by JDBC. Blocking; any thread. */
final class JdbcPlacing {

  private static final String PLACE =
      "SELECT accepted, outcomes, short_skus, placed_at FROM place_orders("
          + "?::uuid[], ?::text[], ?::text[], ?::uuid[], ?::text[], ?::bigint[], ?::text[],"
          + " ?::bigint[], ?)";

  private final DataSource pool;
  private final Duration paymentWindow;

  JdbcPlacing(DataSource pool, Duration paymentWindow) {
    this.pool = pool;
    this.paymentWindow = paymentWindow;
  }

  /** Work on a connection, and whether its commit was on its way when it failed. */
  private static final class Attempt {
    private boolean committing;
  }

  /** The stack's own statement; never throws for what Postgres says. */
  List<Outcome> batch(List<NewOrder> batch) {
    Attempt attempt = new Attempt();
    try (Connection connection = pool.getConnection();
        PreparedStatement place = connection.prepareStatement(PLACE)) {
      bind(connection, place, batch);
      attempt.committing = true;
      try (ResultSet rows = place.executeQuery()) {
        rows.next();
        return outcomes(rows, batch.size());
      }
    } catch (SQLException e) {
      if (isAboutData(e) && batch.size() > 1) {
        return batch.stream().flatMap(each -> batch(List.of(each)).stream()).toList();
      }
      return Collections.nCopies(batch.size(), failed(attempt, e));
    }
  }

  private void bind(Connection connection, PreparedStatement place, List<NewOrder> batch)
      throws SQLException {
    Map<String, Long> demand = new TreeMap<>();
    batch.forEach(
        each -> RowByRow.demand(each).forEach((sku, n) -> demand.merge(sku, n, Long::sum)));
    place.setArray(1, array(connection, "uuid", batch, NewOrder::orderId));
    place.setArray(2, array(connection, "text", batch, NewOrder::customer));
    place.setArray(3, array(connection, "text", batch, NewOrder::key));
    place.setArray(4, array(connection, "uuid", batch, NewOrder::fingerprint));
    place.setArray(5, array(connection, "text", batch, each -> LineText.write(each.lines())));
    place.setArray(6, array(connection, "bigint", batch, NewOrder::totalCents));
    place.setArray(7, connection.createArrayOf("text", demand.keySet().toArray()));
    place.setArray(8, connection.createArrayOf("bigint", demand.values().toArray()));
    place.setLong(9, paymentWindow.toMillis());
  }

  private static Array array(
      Connection connection, String type, List<NewOrder> batch, Function<NewOrder, Object> value)
      throws SQLException {
    return connection.createArrayOf(type, batch.stream().map(value).toArray());
  }

  private List<Outcome> outcomes(ResultSet row, int size) throws SQLException {
    Outcome accepted = accepted(row.getTimestamp("placed_at"));
    Array codes = row.getArray("outcomes");
    if (codes == null) {
      return Collections.nCopies(size, accepted);
    }
    Short[] said = (Short[]) codes.getArray();
    String[] shortSkus = (String[]) row.getArray("short_skus").getArray();
    List<Outcome> outcomes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      outcomes.add(
          switch (said[i]) {
            case 1 -> accepted;
            case 2 -> new Outcome.KeyUsed();
            case 3 -> new Outcome.OutOfStock(new Sku(shortSkus[i]));
            case 4 -> new Outcome.Fenced();
            default -> throw new IllegalStateException("place_orders answered " + said[i]);
          });
    }
    return outcomes;
  }

  private Outcome.Accepted accepted(Timestamp placedAt) {
    Instant at = placedAt.toInstant();
    return new Outcome.Accepted(at, at.plus(paymentWindow));
  }

  /** A transaction an order, one after the other; never throws for what Postgres says. */
  List<Outcome> rowByRow(List<NewOrder> batch) {
    return batch.stream().map(this::transaction).toList();
  }

  private Outcome transaction(NewOrder entry) {
    Attempt attempt = new Attempt();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Outcome outcome = place(connection, entry);
        attempt.committing = outcome instanceof Outcome.Accepted;
        if (attempt.committing) {
          connection.commit();
        } else {
          connection.rollback();
        }
        return outcome;
      } catch (SQLException e) {
        rollback(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      return failed(attempt, e);
    }
  }

  /** Where it fails the connection is gone, and with it the transaction: the cause says more. */
  private static void rollback(Connection connection, SQLException cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private Outcome place(Connection connection, NewOrder entry) throws SQLException {
    if (update(connection, RowByRow.CLAIM, entry.customer(), entry.key(), entry.orderId()) == 0) {
      return new Outcome.KeyUsed();
    }
    Map<String, Long> demand = RowByRow.demand(entry);
    for (Map.Entry<String, Long> units : demand.entrySet()) {
      long quantity = units.getValue();
      if (update(connection, RowByRow.HOLD, quantity, units.getKey(), quantity) == 0) {
        return RowByRow.outOfStock(units.getKey());
      }
    }
    Timestamp placedAt = insert(connection, entry);
    if (placedAt == null) {
      return new Outcome.Fenced();
    }
    update(
        connection,
        RowByRow.TELL,
        connection.createArrayOf("uuid", new Object[] {entry.orderId()}),
        connection.createArrayOf("text", demand.keySet().toArray()),
        connection.createArrayOf("bigint", demand.values().toArray()));
    return accepted(placedAt);
  }

  /** When it was placed, or null for an id that is fenced. */
  private @Nullable Timestamp insert(Connection connection, NewOrder entry) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(RowByRow.jdbc(RowByRow.INSERT))) {
      fill(
          insert,
          entry.orderId(),
          entry.customer(),
          entry.key(),
          entry.fingerprint(),
          LineText.write(entry.lines()),
          entry.totalCents(),
          paymentWindow.toMillis());
      try (ResultSet rows = insert.executeQuery()) {
        return rows.next() ? rows.getTimestamp(1) : null;
      }
    }
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RowByRow.jdbc(sql))) {
      fill(statement, values);
      return statement.executeUpdate();
    }
  }

  private static void fill(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  /** Of severity ERROR means rolled back; whatever else may have been committed. */
  private static Outcome failed(Attempt attempt, SQLException cause) {
    return attempt.committing && !isError(cause)
        ? new Outcome.Unknown(String.valueOf(cause.getMessage()))
        : RowByRow.unavailable(cause);
  }

  private static boolean isError(SQLException cause) {
    ServerErrorMessage said =
        cause instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    return said != null && "ERROR".equals(said.getSeverity());
  }

  private static boolean isAboutData(SQLException cause) {
    String state = String.valueOf(cause.getSQLState());
    return state.startsWith("22") || state.startsWith("23");
  }
}
