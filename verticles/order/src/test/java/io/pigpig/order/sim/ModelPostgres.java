package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.SagaSettings;
import io.pigpig.order.StatusChange;
import io.pigpig.stock.StockLedger.Snapshot;
import io.pigpig.stock.StockLedger.TotalSet;
import io.pigpig.stock.StockLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of Postgres with the functions of the migrations. {@code SimStoresTest} holds it to the
 * real ones.
 */
final class ModelPostgres {

  final ModelTables tables;
  final ModelPlacing placing;
  final ModelSettling settling;
  final ModelSagas sagas;
  final ModelExpiry expiry;

  ModelPostgres(
      Supplier<Instant> clock,
      Set<Plant> plants,
      UUID ledgerId,
      OrderSettings orders,
      SagaSettings sagaSettings) {
    tables = new ModelTables(clock, plants, ledgerId);
    placing = new ModelPlacing(tables, orders.paymentWindow());
    settling = new ModelSettling(tables, orders.productionDelay());
    sagas = new ModelSagas(tables, sagaSettings.lease());
    expiry = new ModelExpiry(tables, orders);
  }

  @Nullable Order find(UUID id) {
    ModelTables.OrderRow row = tables.order(id);
    return row == null ? null : row.now();
  }

  /** Newest first. */
  List<Order> list(@Nullable String customer, int limit, @Nullable UUID before) {
    List<Order> found = new ArrayList<>();
    for (ModelTables.OrderRow row : tables.orders.descendingMap().values()) {
      boolean below = before == null || ModelTables.BY_BYTES.compare(row.id(), before) < 0;
      boolean theirs = customer == null || customer.equals(row.placed.customer());
      if (!row.fence && below && theirs && found.size() < limit) {
        found.add(row.now());
      }
    }
    return found;
  }

  List<StatusChange> changes(UUID id, int afterSequence) {
    return tables.events.getOrDefault(id, List.of()).stream()
        .filter(change -> change.sequence() > afterSequence)
        .toList();
  }

  List<StockLevel> levels(List<Sku> skus) {
    return skus.stream()
        .filter(sku -> tables.stock.containsKey(sku.value()))
        .map(this::level)
        .toList();
  }

  private StockLevel level(Sku sku) {
    ModelTables.StockRow row = tables.stockOf(sku.value());
    return new StockLevel(sku, row.total, row.held, row.sold);
  }

  TotalSet setTotal(Sku sku, long total) {
    ModelTables.StockRow row = tables.stockOf(sku.value());
    long before = row.total;
    boolean enough = total >= row.held + row.sold;
    if (enough) {
      row.total = total;
    }
    return new TotalSet(
        enough ? TotalSet.Outcome.CHANGED : TotalSet.Outcome.BELOW_COMMITTED, before, level(sku));
  }

  Snapshot snapshot() {
    Map<String, Long> available = new HashMap<>();
    boolean totals = tables.has(Plant.GATE_FROM_TOTALS);
    tables.stock.forEach((sku, row) -> available.put(sku, totals ? row.total : row.available()));
    return new Snapshot(tables.gateEpoch, Collections.unmodifiableMap(available));
  }

  Snapshot nextEpoch(long seen) {
    tables.gateEpoch = Math.max(tables.gateEpoch, seen) + 1;
    return snapshot();
  }
}
