package io.pigpig.order.sim;

import io.pigpig.order.Order;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.StatusChange;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.Operation.Kind;
import io.pigpig.order.sim.Operation.Told;
import io.pigpig.order.sim.Violations.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the counts of {@link io.pigpig.perf.history.HistoryChecker} cannot show: answers that
 * contradict each other or what was asked, in the order in which they were given. Knows nothing of
 * plants, and nothing of the code that wrote the rows.
 */
final class AnswerChecker {

  private final List<Operation> history;
  private final ModelTables tables;
  private final Violations violations;

  AnswerChecker(List<Operation> history, ModelTables tables, Violations violations) {
    this.history = history;
    this.tables = tables;
    this.violations = violations;
  }

  void check() {
    checkPlacements();
    checkAnswers();
    checkKeys();
    checkRefusedForNow();
  }

  /** What a key was answered: always the same order, and what the request with the key asked. */
  private void checkPlacements() {
    Map<String, Operation> first = new HashMap<>();
    for (Operation operation : history) {
      if (operation.kind != Kind.PLACE) {
        continue;
      }
      Order order = operation.order;
      if (order == null) {
        checkRejection(operation, first);
        continue;
      }
      violations.when(
          tables.order(order.orderId()) == null,
          Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST,
          "lost: " + operation);
      Operation before = first.putIfAbsent(operation.subject, operation);
      violations.when(
          before != null && !order.equals(before.order),
          Invariant.I4_ONE_ORDER_A_KEY,
          "answered " + operation + " after " + before);
      violations.when(
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
    violations.when(
        before.toldNanos < operation.invokedNanos && operation.body.equals(before.body),
        Invariant.I6_NO_REJECTED_ORDER,
        "rejected " + operation + " although " + before);
  }

  private void checkAnswers() {
    for (Operation operation : history) {
      violations.when(
          operation.code.startsWith("DEFECT"),
          Invariant.I6_NO_REJECTED_ORDER,
          "failed without a refusal: " + operation);
      OrderRow row =
          operation.kind == Kind.PLACE ? null : tables.order(UUID.fromString(operation.subject));
      if (row == null) {
        continue;
      }
      violations.when(
          operation.code.equals("NOT_FOUND"),
          Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST,
          "not seen: " + operation);
      violations.when(
          operation.kind == Kind.CANCEL
              && operation.told == Told.OK
              && row.status != OrderStatus.CANCELLED,
          Invariant.I1_ACKNOWLEDGED_ORDERS_EXIST,
          "cancelled and then " + row.status + ": " + operation);
      violations.when(
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
      violations.when(
          !seen.add(row.key), Invariant.I4_ONE_ORDER_A_KEY, "two orders of key " + row.key);
      // Only an answer that is a yes or unknown can leave an order behind.
      violations.when(
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
          violations.when(
              row != null
                  && statuses(row).contains(OrderStatus.PAID)
                  && asked.stream().allMatch(o -> o.told == Told.NOT_NOW),
              Invariant.I6_NO_REJECTED_ORDER,
              "paid although nothing was done: " + asked);
        });
  }
}
