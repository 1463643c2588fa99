package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * The fast yes or no before any durable work. A gate is a cache of the ledger's available units: it
 * may be wrong in both directions for a while, and Postgres decides all the same. Bound to one
 * event loop.
 */
public interface StockGate {

  /** Takes all the units of one order or none. Never fails. */
  Future<Verdict> take(List<Take> order);

  /**
   * Puts units back (or, negative, takes them away) after the ledger changed. Best effort: what
   * does not arrive is put right by {@link GateKeeper}. Never fails.
   */
  Future<Void> adjust(Map<Sku, Long> units);
}
