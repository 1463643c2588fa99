package io.pigpig.stock.postgres;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.stock.StockLedger;
import io.pigpig.stock.StockLedger.TotalSet.Outcome;
import io.pigpig.stock.StockLevel;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The stock ledger in Postgres. Bound to the event loop of its link. */
public final class PostgresStockLedger implements StockLedger {

  private static final String LEVELS =
      "SELECT sku, total, held, sold FROM stock WHERE sku = ANY ($1::text[])";
  private static final String SET_TOTAL =
      "SELECT changed, total_before, total, held, sold"
          + " FROM set_stock_total($1::text, $2::bigint)";
  private static final String SNAPSHOT =
      "SELECT g.epoch, s.sku, s.total - s.held - s.sold AS available"
          + " FROM stock_gate g LEFT JOIN stock s ON true WHERE g.shard = 0";
  private static final String NEXT_EPOCH =
      "WITH g AS (UPDATE stock_gate SET epoch = greatest(epoch, $1::bigint) + 1"
          + " WHERE shard = 0 RETURNING epoch)"
          + " SELECT g.epoch, s.sku, s.total - s.held - s.sold AS available"
          + " FROM g LEFT JOIN stock s ON true";

  private final PgLink link;

  public PostgresStockLedger(PgLink link) {
    this.link = link;
  }

  @Override
  public Future<List<StockLevel>> levels(List<Sku> skus) {
    String[] names = skus.stream().map(Sku::value).toArray(String[]::new);
    return link.query(LEVELS, Tuple.tuple().addArrayOfString(names))
        .map(PostgresStockLedger::toLevels);
  }

  @Override
  public Future<TotalSet> setTotal(Sku sku, long total) {
    return link.query(SET_TOTAL, Tuple.of(sku.value(), total))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              Outcome outcome =
                  row.getBoolean("changed") ? Outcome.CHANGED : Outcome.BELOW_COMMITTED;
              return new TotalSet(outcome, row.getLong("total_before"), toLevel(sku, row));
            });
  }

  @Override
  public Future<Snapshot> snapshot() {
    return link.query(SNAPSHOT, Tuple.tuple()).map(PostgresStockLedger::toSnapshot);
  }

  @Override
  public Future<Snapshot> nextEpoch(long seen) {
    return link.query(NEXT_EPOCH, Tuple.of(seen)).map(PostgresStockLedger::toSnapshot);
  }

  @Override
  public Future<UUID> ledgerId() {
    return link.query("SELECT ledger_id FROM stock_gate WHERE shard = 0", Tuple.tuple())
        .map(rows -> rows.iterator().next().getUUID("ledger_id"));
  }

  private static List<StockLevel> toLevels(RowSet<Row> rows) {
    List<StockLevel> levels = new ArrayList<>(rows.size());
    for (Row row : rows) {
      levels.add(toLevel(new Sku(row.getString("sku")), row));
    }
    return levels;
  }

  private static StockLevel toLevel(Sku sku, Row row) {
    return new StockLevel(sku, row.getLong("total"), row.getLong("held"), row.getLong("sold"));
  }

  private static Snapshot toSnapshot(RowSet<Row> rows) {
    long epoch = 0;
    Map<String, Long> available = new HashMap<>();
    for (Row row : rows) {
      epoch = row.getLong("epoch");
      if (row.getString("sku") != null) {
        available.put(row.getString("sku"), row.getLong("available"));
      }
    }
    return new Snapshot(epoch, available);
  }
}
