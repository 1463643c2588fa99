package io.pigpig.stock.redis;

import java.util.UUID;

/**
 * The names of one gate's keys. The hash tag keeps them in one slot of a Redis Cluster.
 *
 * @param stock hash: SKU to available units
 * @param epoch the epoch the hash belongs to
 */
public record GateKeys(String stock, String epoch) {

  /** The keys of the gate in front of this ledger. */
  public static GateKeys of(UUID ledgerId) {
    String tag = "pigpig:{" + ledgerId + "}:";
    return new GateKeys(tag + "stock", tag + "epoch");
  }
}
