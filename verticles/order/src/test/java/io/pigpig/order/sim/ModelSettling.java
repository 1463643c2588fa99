package io.pigpig.order.sim;

import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.order.OrderLedger.Settlement.Kind;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.SagaStep;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.ModelTables.SagaRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The function {@code settle_orders} on a model's tables. */
final class ModelSettling {

  private final ModelTables tables;
  private final Duration productionDelay;

  ModelSettling(ModelTables tables, Duration productionDelay) {
    this.tables = tables;
    this.productionDelay = productionDelay;
  }

  List<Settlement> settle(List<Settle> batch) {
    List<Kind> kinds = new ArrayList<>();
    batch.forEach(wish -> kinds.add(kind(wish)));
    moveStock(batch, kinds);
    List<Settlement> settlements = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      OrderRow row = owned(batch.get(i));
      if (kinds.get(i) == Kind.CHANGED) {
        change(Objects.requireNonNull(row), batch.get(i));
      }
      settlements.add(new Settlement(kinds.get(i), row == null ? null : row.now()));
    }
    return settlements;
  }

  private @Nullable OrderRow owned(Settle wish) {
    OrderRow row = tables.order(wish.orderId());
    boolean foreign =
        row != null && wish.customer() != null && !wish.customer().equals(row.placed.customer());
    return foreign ? null : row;
  }

  private Kind kind(Settle wish) {
    OrderRow row = owned(wish);
    if (row == null) {
      return Kind.NOT_FOUND;
    }
    Long epoch = wish.epoch();
    SagaRow saga = tables.sagas.get(row.id());
    if (epoch != null && (saga == null || !isCurrent(saga, epoch))) {
      return Kind.LEASE_LOST;
    }
    if (row.status == wish.wanted()) {
      return Kind.ALREADY;
    }
    return isPossible(row.status, wish.wanted(), epoch != null) ? Kind.CHANGED : Kind.NOT_POSSIBLE;
  }

  private boolean isCurrent(SagaRow saga, long epoch) {
    return saga.epoch == epoch || tables.has(Plant.NO_EPOCH_FENCE);
  }

  private static boolean isPossible(OrderStatus from, OrderStatus to, boolean bySaga) {
    return switch (to) {
      case CANCELLED ->
          from == OrderStatus.PENDING_PAYMENT
              || from == OrderStatus.PAID
              || (from == OrderStatus.IN_PRODUCTION && bySaga);
      case PAID, IN_PRODUCTION, SHIPPED -> from.code() == to.code() - 1 && bySaga;
      case PENDING_PAYMENT, EXPIRED -> false;
    };
  }

  private void moveStock(List<Settle> batch, List<Kind> kinds) {
    Map<String, Long> held = new TreeMap<>();
    Map<String, Long> sold = new TreeMap<>();
    for (int i = 0; i < batch.size(); i++) {
      OrderStatus wanted = batch.get(i).wanted();
      boolean moves = wanted == OrderStatus.PAID || wanted == OrderStatus.CANCELLED;
      if (kinds.get(i) != Kind.CHANGED || !moves) {
        continue;
      }
      OrderRow row = Objects.requireNonNull(owned(batch.get(i)));
      boolean pending = row.status == OrderStatus.PENDING_PAYMENT;
      long back = wanted == OrderStatus.CANCELLED ? cancelledTimes() : 1;
      ModelTables.demand(row.placed.lines())
          .forEach(
              (sku, units) -> {
                held.merge(sku, pending ? -units * back : 0, Long::sum);
                long soldDelta = pending ? 0 : -units * back;
                sold.merge(sku, wanted == OrderStatus.PAID ? units : soldDelta, Long::sum);
              });
    }
    if (!tables.moveStock(held, sold)) {
      throw new StoreRefusedException("23514");
    }
  }

  private long cancelledTimes() {
    if (tables.has(Plant.UNITS_NOT_BACK)) {
      return 0;
    }
    return tables.has(Plant.UNITS_BACK_TWICE) ? 2 : 1;
  }

  private void change(OrderRow row, Settle wish) {
    tables.change(row, wish.wanted());
    SagaRow saga = tables.sagas.get(row.id());
    if (saga == null || saga.step == SagaStep.ENDED) {
      return;
    }
    if (wish.epoch() != null) {
      tables.writesBack(saga, wish.epoch());
    }
    saga.step = next(saga.step, wish.wanted());
    if (wish.waybill() != null) {
      saga.waybill = wish.waybill();
    }
    saga.epoch++;
    saga.attempts = 0;
    Instant now = tables.now();
    saga.handBack(wish.wanted() == OrderStatus.PAID ? now.plus(productionDelay) : now);
  }

  private SagaStep next(SagaStep step, OrderStatus wanted) {
    return switch (wanted) {
      case PAID -> SagaStep.PRINT;
      case IN_PRODUCTION -> SagaStep.SHIP;
      case SHIPPED -> SagaStep.ENDED;
      default ->
          step == SagaStep.SHIP && !tables.has(Plant.WAYBILL_NOT_VOIDED)
              ? SagaStep.VOID_WAYBILL
              : SagaStep.REFUND;
    };
  }
}
