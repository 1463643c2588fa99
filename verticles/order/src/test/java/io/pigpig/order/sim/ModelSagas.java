package io.pigpig.order.sim;

import io.pigpig.order.PeerHint;
import io.pigpig.order.Saga;
import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.order.SagaLedger.Begun;
import io.pigpig.order.SagaStep;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.ModelTables.SagaRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The functions {@code begin_payments}, {@code claim_sagas}, {@code retry_saga}, {@code step_saga}
 * and {@code hint_sagas} on a model's tables.
 */
final class ModelSagas {

  private static final Instant NEVER = Instant.MAX;

  private final ModelTables tables;
  private final Duration lease;

  ModelSagas(ModelTables tables, Duration lease) {
    this.tables = tables;
    this.lease = lease;
  }

  List<Begun> begin(List<BeginPayment> batch) {
    return batch.stream().map(this::begin).toList();
  }

  private Begun begin(BeginPayment wish) {
    OrderRow row = tables.order(wish.orderId());
    String customer = wish.customer();
    if (row == null || (customer != null && !customer.equals(row.placed.customer()))) {
      return new Begun.NotFound();
    }
    return switch (row.status) {
      case PAID, IN_PRODUCTION, SHIPPED -> new Begun.PaidAlready(row.now());
      case CANCELLED, EXPIRED -> new Begun.NotPayable(row.status);
      case PENDING_PAYMENT -> beginPending(row, wish.token());
    };
  }

  private Begun beginPending(OrderRow row, String token) {
    SagaRow saga = tables.sagas.get(row.id());
    if (saga == null) {
      saga = new SagaRow(row.id(), leaseEnd(), token);
      tables.sagas.put(row.id(), saga);
    } else if (saga.step == SagaStep.ENDED) {
      saga.step = SagaStep.CHARGE;
      saga.token = token;
      saga.epoch++;
      saga.payment++;
      saga.attempts = 0;
      leaseTo(saga);
    } else {
      return new Begun.UnderWay();
    }
    return new Begun.Leased(
        new Saga(row.now(), SagaStep.CHARGE, saga.epoch, 0, saga.payment, token));
  }

  private Instant leaseEnd() {
    return tables.has(Plant.LEASE_NEVER_EXPIRES) ? NEVER : tables.now().plus(lease);
  }

  private void leaseTo(SagaRow saga) {
    saga.leased = true;
    saga.dueAt = leaseEnd();
  }

  List<Saga> claim(int most) {
    Instant now = tables.now();
    boolean any = tables.has(Plant.LEASE_IGNORED);
    List<SagaRow> due =
        tables.sagas.values().stream()
            .filter(saga -> saga.step != SagaStep.ENDED && (any || !saga.dueAt.isAfter(now)))
            .sorted(Comparator.comparing((SagaRow saga) -> saga.dueAt))
            .limit(most)
            .toList();
    List<Saga> claimed = new ArrayList<>();
    for (SagaRow saga : due) {
      saga.epoch++;
      leaseTo(saga);
      OrderRow row = Objects.requireNonNull(tables.order(saga.orderId));
      claimed.add(
          new Saga(row.now(), saga.step, saga.epoch, saga.attempts, saga.payment, saga.token));
    }
    return claimed;
  }

  private @Nullable SagaRow mine(Saga saga) {
    SagaRow row = tables.sagas.get(saga.orderId());
    if (row == null || row.step == SagaStep.ENDED) {
      return null;
    }
    if (row.epoch != saga.epoch() && !tables.has(Plant.NO_EPOCH_FENCE)) {
      return null;
    }
    tables.writesBack(row, saga.epoch());
    return row;
  }

  boolean retry(Saga saga, Duration later) {
    SagaRow row = mine(saga);
    if (row == null) {
      return false;
    }
    row.attempts++;
    row.handBack(row.hintedEpoch == saga.epoch() ? tables.now() : tables.now().plus(later));
    return true;
  }

  void hint(List<PeerHint> batch) {
    batch.forEach(this::hint);
  }

  private void hint(PeerHint hint) {
    SagaRow row = tables.sagas.get(hint.orderId());
    boolean any = tables.has(Plant.HINT_OF_ANY_STEP);
    if (row == null || row.step == SagaStep.ENDED || !(any || row.isNews(hint))) {
      return;
    }
    row.seen.put(hint.peer(), hint.sequence());
    row.hintedEpoch = row.epoch;
    if (!row.leased && row.dueAt.isAfter(tables.now())) {
      row.dueAt = tables.now();
    }
  }

  boolean advance(Saga saga, SagaStep next) {
    SagaRow row = mine(saga);
    if (row == null) {
      return false;
    }
    row.step = next;
    row.attempts = 0;
    row.handBack(tables.now());
    return true;
  }
}
