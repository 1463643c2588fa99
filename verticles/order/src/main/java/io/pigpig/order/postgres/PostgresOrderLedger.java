package io.pigpig.order.postgres;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.StatusChange;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Orders in Postgres. Two connections: the writer only places batches, so that a read never waits
 * behind a commit, and an unknown commit is asked about elsewhere. Bound to the event loop of its
 * links.
 */
public final class PostgresOrderLedger implements OrderLedger {

  private static final String COLUMNS = OrderRows.COLUMNS;
  private static final String FENCE = "SELECT " + COLUMNS + " FROM fence_orders($1::uuid[])";
  // LIMIT keeps the planner from turning the look-ups into a scan of the whole table.
  private static final String BY_KEYS =
      "SELECT o.* FROM unnest($1::text[], $2::text[]) AS k (c, i) CROSS JOIN LATERAL (SELECT"
          + " order_id AS id FROM order_keys WHERE customer = k.c AND idem_key = k.i LIMIT 1) AS u"
          + " CROSS JOIN LATERAL (SELECT "
          + COLUMNS
          + " FROM orders WHERE order_id = u.id AND status <> 0 LIMIT 1) AS o";
  private static final String SETTLE =
      "SELECT s.outcome, "
          + OrderRows.columnsOf("s.order_row")
          + " FROM settle_orders($1::uuid[], $2::text[], $3::smallint[], $4::bigint[], $5::text[],"
          + " $6::bigint) AS s";
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM orders WHERE order_id = $1::uuid AND status <> 0";
  private static final String LIST =
      "SELECT o.* FROM (SELECT order_id AS id FROM order_keys WHERE customer = $1::text AND"
          + " order_id < $2::uuid ORDER BY order_id DESC LIMIT $3::int) AS k"
          + " CROSS JOIN LATERAL (SELECT "
          + COLUMNS
          + " FROM orders WHERE order_id = k.id AND status <> 0 LIMIT 1) AS o"
          + " ORDER BY o.order_id DESC";
  private static final String LIST_ALL =
      "SELECT "
          + COLUMNS
          + " FROM orders WHERE status <> 0 AND order_id < $1::uuid"
          + " ORDER BY order_id DESC LIMIT $2::int";
  private static final String CHANGES =
      "SELECT sequence, status, at FROM order_event"
          + " WHERE order_id = $1::uuid AND sequence > $2::int ORDER BY sequence";
  private static final String CHANGES_OF_MANY =
      "SELECT e.* FROM unnest($1::uuid[]) AS u (id) CROSS JOIN LATERAL (SELECT"
          + " order_id, sequence, status, at FROM order_event"
          + " WHERE order_id = u.id AND sequence > $2::int ORDER BY sequence OFFSET 0) AS e";
  private static final String EXPIRE =
      "SELECT expired, more, sku, quantity FROM expire_orders($1::bigint, $2::int, $3::int)";

  private static final UUID GREATEST = new UUID(-1L, -1L);

  private final PgLink reader;
  private final PlaceBatch placeBatch;
  private final OrderSettings settings;

  public PostgresOrderLedger(PgLink writer, PgLink reader, OrderSettings settings) {
    this.reader = reader;
    this.placeBatch = new PlaceBatch(writer, settings.paymentWindow());
    this.settings = settings;
  }

  @Override
  public Future<List<Outcome>> place(List<NewOrder> batch) {
    return placeBatch.run(batch);
  }

  @Override
  public Future<List<Stored>> fence(List<UUID> orderIds) {
    return reader
        .query(FENCE, Tuple.tuple().addArrayOfUUID(orderIds.toArray(UUID[]::new)))
        .map(PostgresOrderLedger::toStored);
  }

  @Override
  public Future<List<Stored>> byKeys(List<CustomerKey> keys) {
    String[] customers = keys.stream().map(CustomerKey::customer).toArray(String[]::new);
    String[] names = keys.stream().map(CustomerKey::key).toArray(String[]::new);
    return reader
        .query(BY_KEYS, Tuple.tuple().addArrayOfString(customers).addArrayOfString(names))
        .map(PostgresOrderLedger::toStored);
  }

  @Override
  public Future<List<Settlement>> settle(List<Settle> batch) {
    UUID[] ids = batch.stream().map(Settle::orderId).toArray(UUID[]::new);
    String[] customers = batch.stream().map(Settle::customer).toArray(String[]::new);
    Short[] wanted = batch.stream().map(s -> (short) s.wanted().code()).toArray(Short[]::new);
    Long[] epochs = batch.stream().map(Settle::epoch).toArray(Long[]::new);
    String[] waybills = batch.stream().map(Settle::waybill).toArray(String[]::new);
    Tuple arguments =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfString(customers)
            .addArrayOfShort(wanted)
            .addArrayOfLong(epochs)
            .addArrayOfString(waybills)
            .addLong(settings.productionDelay().toMillis());
    return reader.query(SETTLE, arguments).map(PostgresOrderLedger::toSettlements);
  }

  @Override
  public Future<@Nullable Order> find(UUID orderId) {
    return reader.query(FIND, Tuple.of(orderId)).map(PostgresOrderLedger::firstOrNull);
  }

  private static @Nullable Order firstOrNull(RowSet<Row> rows) {
    return rows.size() == 0 ? null : OrderRows.toOrder(rows.iterator().next());
  }

  @Override
  public Future<List<Order>> list(@Nullable String customer, int limit, @Nullable UUID before) {
    UUID below = before == null ? GREATEST : before;
    Future<RowSet<Row>> rows =
        customer == null
            ? reader.query(LIST_ALL, Tuple.of(below, limit))
            : reader.query(LIST, Tuple.of(customer, below, limit));
    return rows.map(
        found -> {
          List<Order> orders = new ArrayList<>(found.size());
          for (Row row : found) {
            orders.add(OrderRows.toOrder(row));
          }
          return orders;
        });
  }

  @Override
  public Future<List<StatusChange>> changes(UUID orderId, int afterSequence) {
    return reader
        .query(CHANGES, Tuple.of(orderId, afterSequence))
        .map(
            rows -> {
              List<StatusChange> changes = new ArrayList<>(rows.size());
              for (Row row : rows) {
                changes.add(toChange(row));
              }
              return changes;
            });
  }

  @Override
  public Future<Map<UUID, List<StatusChange>>> changes(
      Collection<UUID> orderIds, int afterSequence) {
    UUID[] ids = orderIds.toArray(UUID[]::new);
    return reader
        .query(CHANGES_OF_MANY, Tuple.tuple().addArrayOfUUID(ids).addInteger(afterSequence))
        .map(
            rows -> {
              Map<UUID, List<StatusChange>> changes = new HashMap<>();
              for (Row row : rows) {
                changes
                    .computeIfAbsent(row.getUUID("order_id"), absent -> new ArrayList<>())
                    .add(toChange(row));
              }
              return changes;
            });
  }

  @Override
  public Future<Expired> expireSome() {
    Tuple arguments =
        Tuple.of(
            settings.paymentWindow().toMillis(),
            settings.expiryVisitMax(),
            settings.expiryBatchMax());
    return reader.query(EXPIRE, arguments).map(PostgresOrderLedger::toExpired);
  }

  private static Expired toExpired(RowSet<Row> rows) {
    Row totals = rows.iterator().next();
    Map<Sku, Long> units = new HashMap<>();
    for (Row row : rows) {
      String sku = row.getString("sku");
      if (sku != null) {
        units.put(new Sku(sku), row.getLong("quantity"));
      }
    }
    return new Expired(totals.getLong("expired"), totals.getBoolean("more"), units);
  }

  private static StatusChange toChange(Row row) {
    return new StatusChange(
        row.getInteger("sequence"),
        OrderStatus.of(row.getInteger("status")),
        row.getOffsetDateTime("at").toInstant());
  }

  private static List<Settlement> toSettlements(RowSet<Row> rows) {
    List<Settlement> settlements = new ArrayList<>(rows.size());
    for (Row row : rows) {
      Settlement.Kind kind =
          switch (row.getInteger("outcome")) {
            case 1 -> Settlement.Kind.CHANGED;
            case 2 -> Settlement.Kind.ALREADY;
            case 3 -> Settlement.Kind.NOT_POSSIBLE;
            case 4 -> Settlement.Kind.NOT_FOUND;
            case 6 -> Settlement.Kind.LEASE_LOST;
            default -> throw new IllegalStateException("settle_orders answered " + row.toJson());
          };
      settlements.add(
          new Settlement(kind, kind == Settlement.Kind.NOT_FOUND ? null : OrderRows.toOrder(row)));
    }
    return settlements;
  }

  private static List<Stored> toStored(RowSet<Row> rows) {
    List<Stored> stored = new ArrayList<>(rows.size());
    for (Row row : rows) {
      stored.add(
          new Stored(
              OrderRows.toOrder(row), row.getString("idem_key"), row.getUUID("fingerprint")));
    }
    return stored;
  }
}
