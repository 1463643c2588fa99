package io.pigpig.stock;

import io.vertx.core.Future;
import java.util.Map;
import java.util.OptionalLong;

/** The gate's keys as a whole, for building and correcting them. Futures fail with the link's. */
public interface GateStore {

  /**
   * What the gate holds now.
   *
   * @param epoch absent when the gate is missing or incomplete
   */
  record Contents(OptionalLong epoch, Map<String, Long> available) {

    public Contents {
      available = Map.copyOf(available);
    }
  }

  /** A SKU whose gate value is to become {@code right}, unless it has changed from {@code seen}. */
  record Correction(String sku, long seen, long right) {}

  Future<Contents> contents();

  /** Replaces the whole gate, unless it already belongs to this epoch or a later one. */
  Future<Void> rebuild(StockLedger.Snapshot snapshot);

  /** Corrects SKUs, each only if the gate still has the epoch and the value that was seen. */
  Future<Void> correct(long epoch, Iterable<Correction> corrections);
}
