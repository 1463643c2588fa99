package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.edge.wiring.Choices.GateParts;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.Take;
import io.pigpig.stock.Verdict;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** The stack's own script, called for one order: no batch can span several connections. */
record ScriptAnOrder(GateParts parts, StockSettings settings) implements Taking {

  @Override
  public Future<Verdict> take(RedisCommands redis, long epoch, List<Take> order) {
    return gate(redis, epoch).compose(gate -> gate.take(order));
  }

  @Override
  public Future<Void> adjust(RedisCommands redis, long epoch, Map<Sku, Long> units) {
    return gate(redis, epoch).compose(gate -> gate.adjust(units));
  }

  /** Lives as long as its connection; the epoch is that of the gate that outlives it. */
  private Future<ScriptedStockGate> gate(RedisCommands redis, long epoch) {
    ScriptedStockGate gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(
                redis, parts.keys(), parts.board(), () -> Future.succeededFuture(epoch)),
            settings,
            parts.loop());
    return gate.open().map(gate);
  }
}
