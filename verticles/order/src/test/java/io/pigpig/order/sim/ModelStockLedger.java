package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.stock.StockLedger;
import io.pigpig.stock.StockLevel;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** The stock ledger of one process, on a model of Postgres. */
final class ModelStockLedger implements StockLedger {

  private final ModelPostgres postgres;
  private final Link link;

  ModelStockLedger(ModelPostgres postgres, Link link) {
    this.postgres = postgres;
    this.link = link;
  }

  @Override
  public Future<List<StockLevel>> levels(List<Sku> skus) {
    return link.call("levels", () -> postgres.levels(skus));
  }

  @Override
  public Future<TotalSet> setTotal(Sku sku, long total) {
    return link.call("set total " + sku + " " + total, () -> postgres.setTotal(sku, total));
  }

  @Override
  public Future<Snapshot> snapshot() {
    return link.call("snapshot", postgres::snapshot);
  }

  @Override
  public Future<Snapshot> nextEpoch(long seen) {
    return link.call("next epoch", () -> postgres.nextEpoch(seen));
  }

  @Override
  public Future<UUID> ledgerId() {
    return link.call("ledger id", () -> postgres.tables.ledgerId);
  }
}
