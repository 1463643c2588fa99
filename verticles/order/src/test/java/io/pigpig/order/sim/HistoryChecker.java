package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.SagaStep;
import io.pigpig.order.StatusChange;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.ModelTables.SagaRow;
import io.pigpig.order.sim.ModelTables.StockRow;
import io.pigpig.order.sim.Operation.Kind;
import io.pigpig.order.sim.Operation.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Compares what customers were told with what stores and peers hold once everything has settled.
 * Looks at rows, never at the code that wrote them, and knows nothing of plants.
 */
final class HistoryChecker {

  /** The promises, as the invariants of the reliability rules. */
  enum Invariant {
    I1_ACKNOWLEDGED_ORDERS_EXIST,
    I2_NEVER_OVERSOLD,
    I3_NO_HOLD_LEFT_AND_NO_DRIFT,
    I4_ONE_ORDER_A_KEY,
    I5_TERMINAL_AND_CHARGED_ONCE,
    I6_NO_REJECTED_ORDER
  }

  /** A promise that was broken, and by what. */
  record Violation(Invariant invariant, String what) {}

  private final List<Operation> history;
  private final Surroundings around;
  private final Duration productionDelay;
  private final ModelTables tables;
  private final List<Violation> violations = new ArrayList<>();

  HistoryChecker(List<Operation> history, Surroundings around, SimSettings settings) {
    this.history = history;
    this.around = around;
    this.productionDelay = settings.order().productionDelay();
    this.tables = around.postgres.tables;
  }

  List<Violation> check() {
    checkPlacements();
    checkAnswers();
    checkStock();
    checkGate();
    checkKeys();
    checkRefusedForNow();
    tables.orders.values().stream().filter(row -> !row.fence).forEach(this::checkOrder);
    tables.sagas.values().forEach(this::checkSaga);
    checkPeerOrders();
    return List.copyOf(violations);
  }

  private void when(boolean broken, Invariant invariant, String what) {
    if (broken) {
      violations.add(new Violation(invariant, what));
    }
  }

  /** What a key was answered: always the same order, and what the request with the key asked. */
  private void checkPlacements() {
    Map<String, Operation> first = new HashMap<>();
    for (Operation operation : history) {
      if (operation.kind != Kind.PLACE) {
        continue;
      }
      when(
          operation.code.startsWith("DEFECT"),
          Invariant.I6_NO_REJECTED_ORDER,
          "a placement failed without a refusal: " + operation);
      Order order = operation.order;
      if (order == null) {
        checkRejection(operation, first);
        continue;
      }
      when(
          tables.order(order.orderId()) == null,
          Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST,
          "lost: " + operation);
      Operation before = first.putIfAbsent(operation.subject, operation);
      when(
          before != null && !order.equals(before.order),
          Invariant.I4_ONE_ORDER_A_KEY,
          "answered " + operation + " after " + before);
      when(
          before != null && !operation.body.equals(before.body),
          Invariant.I4_ONE_ORDER_A_KEY,
          "another body was taken: " + operation);
    }
  }

  /** A request that came after its key's order was acknowledged must hear of that order. */
  private void checkRejection(Operation operation, Map<String, Operation> first) {
    Operation before = first.get(operation.subject);
    if (before == null || operation.told != Told.NO) {
      return;
    }
    when(
        before.toldNanos < operation.invokedNanos && operation.body.equals(before.body),
        Invariant.I6_NO_REJECTED_ORDER,
        "rejected " + operation + " although " + before);
  }

  private void checkAnswers() {
    for (Operation operation : history) {
      OrderRow row =
          operation.kind == Kind.PLACE ? null : tables.order(UUID.fromString(operation.subject));
      if (row == null) {
        continue;
      }
      when(
          operation.code.equals("NOT_FOUND"),
          Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST,
          "not seen: " + operation);
      when(
          operation.kind == Kind.CANCEL
              && operation.told == Told.OK
              && row.status != OrderStatus.CANCELLED,
          Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST,
          "cancelled and then " + row.status + ": " + operation);
      when(
          operation.kind == Kind.PAY
              && operation.told == Told.OK
              && statuses(row).stream().noneMatch(OrderStatus.PAID::equals),
          Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
          "never paid: " + operation);
    }
  }

  private List<OrderStatus> statuses(OrderRow row) {
    return tables.events.getOrDefault(row.id(), List.of()).stream()
        .map(StatusChange::status)
        .toList();
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
      when(
          row.held != holds || row.sold != sales,
          Invariant.I2_NEVER_OVERSOLD,
          sku + " held " + row.held + " sold " + row.sold + ", orders " + holds + " " + sales);
      when(
          holds + sales > row.total,
          Invariant.I2_NEVER_OVERSOLD,
          sku + " oversold: " + (holds + sales) + " of " + row.total);
    }
  }

  private void checkGate() {
    when(drift() > 0, Invariant.I3_NO_HOLD_LEFT_AND_NO_DRIFT, "gate and ledger differ: " + gate());
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

  private void checkKeys() {
    Map<String, List<Operation>> asked = new HashMap<>();
    for (Operation operation : history) {
      if (operation.kind == Kind.PLACE) {
        asked.computeIfAbsent(operation.subject, absent -> new ArrayList<>()).add(operation);
      }
    }
    Set<String> seen = new HashSet<>();
    for (OrderRow row : tables.orders.values()) {
      if (row.fence) {
        continue;
      }
      when(!seen.add(row.key), Invariant.I4_ONE_ORDER_A_KEY, "two orders of key " + row.key);
      // Only an answer that is a yes or unknown can leave an order behind.
      when(
          asked.getOrDefault(row.key, List.of()).stream()
              .noneMatch(o -> o.told == Told.OK || o.told == Told.UNKNOWN),
          Invariant.I6_NO_REJECTED_ORDER,
          "order " + row.id() + " of key " + row.key + " was rejected");
    }
  }

  /** Who was told that nothing was done, and nothing else, has not paid. */
  private void checkRefusedForNow() {
    Map<String, List<Operation>> payments = new TreeMap<>();
    for (Operation operation : history) {
      if (operation.kind == Kind.PAY) {
        payments.computeIfAbsent(operation.subject, absent -> new ArrayList<>()).add(operation);
      }
    }
    payments.forEach(
        (id, asked) -> {
          OrderRow row = tables.order(UUID.fromString(id));
          when(
              row != null
                  && statuses(row).contains(OrderStatus.PAID)
                  && asked.stream().allMatch(o -> o.told == Told.NOT_NOW),
              Invariant.I6_NO_REJECTED_ORDER,
              "paid although nothing was done: " + asked);
        });
  }

  private void checkOrder(OrderRow row) {
    when(
        row.isPending(),
        Invariant.I3_NO_HOLD_LEFT_AND_NO_DRIFT,
        "still held: " + row.id() + " until " + row.placed.expiresAt());
    when(
        !row.isPending() && !row.status.isFinal(),
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        "not terminal: " + row.id() + " " + row.status);
    checkTimeline(row);
    String id = row.id().toString();
    List<ModelPeer.Entry> charges = around.payment.standing(id);
    long wanted = row.status == OrderStatus.SHIPPED ? 1 : 0;
    when(
        charges.size() != wanted
            || charges.stream().anyMatch(c -> c.amount() != row.placed.totalCents()),
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        row.status + " with charges " + charges);
    List<ModelPeer.Entry> waybills = around.carrier.standing(id);
    when(
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
    when(
        !gapless || !ends,
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        "timeline of " + row.id() + " " + row.status + " is " + changes);
    for (int i = 1; i < changes.size(); i++) {
      boolean early =
          changes.get(i).status() == OrderStatus.IN_PRODUCTION
              && changes.get(i).at().isBefore(changes.get(i - 1).at().plus(productionDelay));
      when(
          early,
          Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
          "printed before it could be cancelled: " + row.id());
    }
  }

  private void checkSaga(SagaRow saga) {
    when(
        saga.step != SagaStep.ENDED,
        Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
        "saga " + saga.orderId + " still at " + saga.step + " after " + saga.attempts);
  }

  /** What a peer did for an order that the ledger does not have. */
  private void checkPeerOrders() {
    List<ModelPeer.Entry> done = new ArrayList<>(around.payment.entries());
    done.addAll(around.carrier.entries());
    for (ModelPeer.Entry entry : done) {
      when(
          entry.state() == ModelPeer.State.DONE
              && tables.order(UUID.fromString(entry.orderId())) == null,
          Invariant.I5_TERMINAL_AND_CHARGED_ONCE,
          "done for no order: " + entry);
    }
  }

  /** Whether nothing is left to be done. */
  static boolean isAtRest(Surroundings around, SimSettings settings) {
    ModelTables tables = around.postgres.tables;
    return tables.orders.values().stream().allMatch(row -> row.fence || row.status.isFinal())
        && tables.sagas.values().stream().allMatch(saga -> saga.step == SagaStep.ENDED)
        && new HistoryChecker(List.of(), around, settings).drift() == 0;
  }
}
