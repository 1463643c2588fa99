package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The truth about stock. Futures fail with the link's exceptions; nothing here is a refusal. */
public interface StockLedger {

  /**
   * What setting a total led to.
   *
   * @param outcome whether the total was changed
   * @param totalBefore 0 for a SKU that had no row
   * @param level the level after
   */
  record TotalSet(Outcome outcome, long totalBefore, StockLevel level) {

    /** Whether a total was changed. */
    public enum Outcome {
      CHANGED,
      BELOW_COMMITTED
    }
  }

  /** The available units of every SKU, and the gate's epoch they belong to. */
  record Snapshot(long epoch, Map<String, Long> available) {

    public Snapshot {
      available = Map.copyOf(available);
    }
  }

  /** Levels of the SKUs that have a ledger row, in no order. */
  Future<List<StockLevel>> levels(List<Sku> skus);

  Future<TotalSet> setTotal(Sku sku, long total);

  /** The available units of every SKU under the current epoch. */
  Future<Snapshot> snapshot();

  /**
   * Begins an epoch later than both the current one and {@code seen}, and answers the available
   * units of every SKU under it.
   */
  Future<Snapshot> nextEpoch(long seen);

  /** What names this ledger's gate, for ever. */
  Future<UUID> ledgerId();
}
