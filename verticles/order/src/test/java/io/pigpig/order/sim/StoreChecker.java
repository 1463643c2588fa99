package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.SagaStep;
import io.pigpig.order.StatusChange;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.ModelTables.SagaRow;
import io.pigpig.order.sim.ModelTables.StockRow;
import io.pigpig.order.sim.Violations.Invariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Compares ledger, gate and peers with each other. Knows nothing of plants, and nothing of the code
 * that wrote the rows.
 */
final class StoreChecker {

  private final Surroundings around;
  private final ModelTables tables;
  private final Duration productionDelay;
  private final Violations violations;

  StoreChecker(Surroundings around, SimSettings settings, Violations violations) {
    this.around = around;
    this.tables = around.postgres.tables;
    this.productionDelay = settings.order().productionDelay();
    this.violations = violations;
  }

  /** Once everything has settled. */
  void check() {
    checkStock();
    checkGate();
    tables.orders.values().stream().filter(row -> !row.fence).forEach(this::checkOrder);
    tables.sagas.values().forEach(this::checkSaga);
    checkLeases();
    checkPeerOrders();
  }

  /** Whether nothing is left to be done. */
  boolean isAtRest() {
    return tables.orders.values().stream().allMatch(row -> row.fence || row.status.isFinal())
        && tables.sagas.values().stream().allMatch(saga -> saga.step == SagaStep.ENDED)
        && drift() == 0;
  }

  /** Holds at every moment, also between two events that both go wrong. */
  void checkStock() {
    Map<String, Long> held = new TreeMap<>();
    Map<String, Long> sold = new TreeMap<>();
    for (OrderRow row : tables.orders.values()) {
      boolean back = row.status == OrderStatus.CANCELLED || row.status == OrderStatus.EXPIRED;
      if (!row.fence && !back) {
        Map<String, Long> of = row.isPending() ? held : sold;
        ModelTables.demand(row.placed.lines()).forEach((sku, n) -> of.merge(sku, n, Long::sum));
      }
    }
    for (Sku sku : Surroundings.GOODS.keySet()) {
      StockRow row = tables.stockOf(sku.value());
      long holds = held.getOrDefault(sku.value(), 0L);
      long sales = sold.getOrDefault(sku.value(), 0L);
      violations.when(
          row.held != holds || row.sold != sales,
          Invariant.I2_NEVER_OVERSOLD,
          sku + " held " + row.held + " sold " + row.sold + ", orders " + holds + " " + sales);
      violations.when(
          holds + sales > row.total,
          Invariant.I2_NEVER_OVERSOLD,
          sku + " oversold: " + (holds + sales) + " of " + row.total);
    }
  }

  private void checkGate() {
    violations.when(
        drift() > 0, Invariant.I3_NO_HOLD_LEFT_AND_NO_DRIFT, "gate and ledger differ: " + gate());
  }

  /** SKUs in which gate and ledger differ. */
  private long drift() {
    Map<String, Long> gate = gate();
    String epoch = around.redis.value(around.gateKeys.epoch());
    if (!String.valueOf(tables.gateEpoch).equals(epoch)) {
      return tables.stock.size();
    }
    return tables.stock.entrySet().stream()
        .filter(e -> e.getValue().available() != gate.getOrDefault(e.getKey(), 0L))
        .count();
  }

  private Map<String, Long> gate() {
    return around.redis.stock(around.gateKeys.stock());
  }

  private void checkOrder(OrderRow row) {
    violations.when(
        row.isPending(),
        Invariant.I3_NO_HOLD_LEFT_AND_NO_DRIFT,
        "still held: " + row.id() + " until " + row.placed.expiresAt());
    violations.when(
        !row.isPending() && !row.status.isFinal(),
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        "not terminal: " + row.id() + " " + row.status);
    checkTimeline(row);
    String id = row.id().toString();
    List<ModelPeer.Entry> charges = around.payment.standing(id);
    long wanted = row.status == OrderStatus.SHIPPED ? 1 : 0;
    violations.when(
        charges.size() != wanted
            || charges.stream().anyMatch(c -> c.amount() != row.placed.totalCents()),
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        row.status + " with charges " + charges);
    List<ModelPeer.Entry> waybills = around.carrier.standing(id);
    violations.when(
        waybills.size() != wanted,
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        row.status + " " + id + " with waybills " + waybills);
  }

  private void checkTimeline(OrderRow row) {
    List<StatusChange> changes = tables.events.getOrDefault(row.id(), List.of());
    boolean gapless = changes.size() == row.sequence - 1;
    for (int i = 0; gapless && i < changes.size(); i++) {
      gapless = changes.get(i).sequence() == i + 2;
    }
    boolean ends = changes.isEmpty() || changes.getLast().status() == row.status;
    violations.when(
        !gapless || !ends,
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        "timeline of " + row.id() + " " + row.status + " is " + changes);
    for (int i = 1; i < changes.size(); i++) {
      boolean early =
          changes.get(i).status() == OrderStatus.IN_PRODUCTION
              && changes.get(i).at().isBefore(changes.get(i - 1).at().plus(productionDelay));
      violations.when(
          early,
          Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
          "printed before it could be cancelled: " + row.id());
    }
  }

  private void checkSaga(SagaRow saga) {
    violations.when(
        saga.step != SagaStep.ENDED,
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        "saga " + saga.orderId + " still at " + saga.step + " after " + saga.attempts);
  }

  /** Only who holds the lease changes anything. */
  private void checkLeases() {
    for (ModelTables.WriteBack writeBack : tables.writeBacks) {
      violations.when(
          writeBack.epoch() != writeBack.current(),
          Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
          "written under a lost lease: " + writeBack);
    }
  }

  /** What a peer did for an order that the ledger does not have. */
  private void checkPeerOrders() {
    List<ModelPeer.Entry> done = new ArrayList<>(around.payment.entries());
    done.addAll(around.carrier.entries());
    for (ModelPeer.Entry entry : done) {
      violations.when(
          entry.state() == ModelPeer.State.DONE
              && tables.order(UUID.fromString(entry.orderId())) == null,
          Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
          "done for no order: " + entry);
    }
  }
}
