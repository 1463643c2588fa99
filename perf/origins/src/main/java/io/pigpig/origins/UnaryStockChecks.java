package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One call a SKU, one after the other, as a loop over a blocking client makes them. */
record UnaryStockChecks(StockService remote) implements StockService {

  @Override
  public Future<StockLevel> level(Sku sku) {
    return remote.level(sku);
  }

  @Override
  public Future<List<StockLevel>> levels(List<Sku> skus) {
    List<StockLevel> levels = new ArrayList<>(skus.size());
    Future<Void> all = Future.succeededFuture();
    for (Sku sku : skus) {
      all = all.compose(before -> known(sku)).map(level -> add(level, levels));
    }
    return all.map(levels);
  }

  private static Void add(Optional<StockLevel> level, List<StockLevel> levels) {
    level.ifPresent(levels::add);
    return null;
  }

  private Future<Optional<StockLevel>> known(Sku sku) {
    return remote
        .level(sku)
        .map(Optional::of)
        .recover(
            e ->
                e instanceof RefusedException refused
                        && refused.refusal() instanceof Refusal.NotFound
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(e));
  }

  @Override
  public Future<StockLevel> setTotal(Sku sku, long total) {
    return remote.setTotal(sku, total);
  }
}
