package io.pigpig.stock;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.stock.StockLedger.TotalSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Answers stock from the ledger and tells gate and boards what changed. One event loop's. */
public final class LedgerStockService implements StockService {

  private final StockLedger ledger;
  private final UnitsBack unitsBack;
  private final Supplier<Catalog> catalog;

  public LedgerStockService(StockLedger ledger, UnitsBack unitsBack, Supplier<Catalog> catalog) {
    this.ledger = ledger;
    this.unitsBack = unitsBack;
    this.catalog = catalog;
  }

  @Override
  public Future<StockLevel> level(Sku sku) {
    return levels(List.of(sku)).compose(levels -> first(levels, sku));
  }

  private static Future<StockLevel> first(List<StockLevel> levels, Sku sku) {
    return levels.isEmpty()
        ? Refused.with(new Refusal.NotFound("there is no stock of sku " + sku))
        : Future.succeededFuture(levels.getFirst());
  }

  @Override
  public Future<List<StockLevel>> levels(List<Sku> skus) {
    return ledger.levels(skus).recover(Refused::byStore);
  }

  @Override
  public Future<StockLevel> setTotal(Sku sku, long total) {
    if (catalog.get().sku(sku.value()) == null) {
      return Refused.with(new Refusal.UnknownSku(sku.value()));
    }
    return ledger
        .setTotal(sku, total)
        .recover(Refused::byStore)
        .compose(set -> announce(sku, total, set));
  }

  private Future<StockLevel> announce(Sku sku, long asked, TotalSet set) {
    StockLevel level = set.level();
    return switch (set.outcome()) {
      case BELOW_COMMITTED ->
          Refused.with(
              new Refusal.StockBelowCommitted(sku.value(), asked, level.held() + level.sold()));
      case CHANGED -> unitsBack.giveBack(Map.of(sku, level.total() - set.totalBefore())).map(level);
    };
  }
}
