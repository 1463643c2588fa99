package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.Expired;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.SagaStep;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.ModelTables.SagaRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The function {@code expire_orders} on a model's tables, with its cursors. */
final class ModelExpiry {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LAST_LAG = Duration.ofMinutes(1);

  private final ModelTables tables;
  private final OrderSettings settings;
  private final NavigableMap<Duration, UUID> positions = new TreeMap<>();

  ModelExpiry(ModelTables tables, OrderSettings settings) {
    this.tables = tables;
    this.settings = settings;
    Duration window = settings.paymentWindow();
    positions.put(window, ModelPlacing.leastId(Instant.EPOCH));
    positions.put(window.plus(LAST_LAG), ModelPlacing.leastId(Instant.EPOCH));
  }

  Expired sweep() {
    Map<Duration, UUID> before = Map.copyOf(positions);
    Set<OrderRow> gone = new LinkedHashSet<>();
    boolean more = false;
    for (Duration lag : List.copyOf(positions.keySet())) {
      more |= walk(lag, gone);
    }
    if (!tables.moveStock(
        moves(gone, OrderStatus.PENDING_PAYMENT), moves(gone, OrderStatus.PAID))) {
      positions.putAll(before);
      throw new StoreRefusedException("23514");
    }
    Map<Sku, Long> units = new TreeMap<>();
    gone.forEach(row -> expire(row, units));
    return new Expired(gone.size(), more, units);
  }

  /** What orders of this status give back; every SKU is named. */
  private Map<String, Long> moves(Set<OrderRow> gone, OrderStatus status) {
    Map<String, Long> moves = new TreeMap<>();
    for (OrderRow row : gone) {
      boolean kept =
          row.status != status
              || (tables.has(Plant.HOLD_NOT_BACK) && status == OrderStatus.PENDING_PAYMENT);
      ModelTables.demand(row.placed.lines())
          .forEach((sku, n) -> moves.merge(sku, kept ? 0L : -n, Long::sum));
    }
    return moves;
  }

  /** One cursor's walk; answers whether it stopped for having seen enough. */
  private boolean walk(Duration lag, Set<OrderRow> gone) {
    Instant now = tables.now();
    UUID position = Objects.requireNonNull(positions.get(lag));
    UUID bound = ModelPlacing.leastId(now.minus(lag));
    UUID end = chunkEnd(position, bound);
    List<OrderRow> due = new ArrayList<>();
    for (OrderRow row : between(position, end)) {
      if (due.size() < settings.expiryBatchMax() && isDue(row, now) && !gone.contains(row)) {
        due.add(row);
      }
    }
    gone.addAll(due);
    if (due.size() == settings.expiryBatchMax()) {
      end = due.getLast().id();
    }
    UUID leftOver = leftOver(between(position, end), lag.equals(positions.lastKey()), gone);
    positions.put(lag, later(position, leftOver == null ? end : leftOver));
    return ModelTables.BY_BYTES.compare(end, bound) < 0 && leftOver == null;
  }

  private UUID chunkEnd(UUID position, UUID bound) {
    int seen = 0;
    for (OrderRow row : between(position, bound)) {
      if (seen++ == settings.expiryVisitMax()) {
        return row.id();
      }
    }
    return bound;
  }

  private Collection<OrderRow> between(UUID from, UUID to) {
    return ModelTables.BY_BYTES.compare(from, to) < 0
        ? tables.orders.subMap(from, to).values()
        : List.of();
  }

  private boolean isDue(OrderRow row, Instant now) {
    boolean paid = tables.has(Plant.EXPIRY_TAKES_PAID) && row.status == OrderStatus.PAID;
    return (row.isPending() || paid) && !row.placed.expiresAt().isAfter(now);
  }

  private @Nullable UUID leftOver(Collection<OrderRow> rows, boolean last, Set<OrderRow> gone) {
    Instant soon = tables.now().plus(SOON);
    for (OrderRow row : rows) {
      boolean near = last || row.placed.expiresAt().isBefore(soon);
      if (row.isPending() && near && !gone.contains(row)) {
        return row.id();
      }
    }
    return null;
  }

  private static UUID later(UUID a, UUID b) {
    return ModelTables.BY_BYTES.compare(a, b) < 0 ? b : a;
  }

  private void expire(OrderRow row, Map<Sku, Long> units) {
    SagaRow saga = tables.sagas.get(row.id());
    if (saga != null && saga.step == SagaStep.CHARGE && !tables.has(Plant.EXPIRY_LEAVES_SAGA)) {
      saga.step = SagaStep.REFUND;
      saga.epoch++;
      saga.attempts = 0;
      saga.handBack(tables.now());
    }
    ModelTables.demand(row.placed.lines())
        .forEach((sku, n) -> units.merge(new Sku(sku), n, Long::sum));
    tables.change(row, OrderStatus.EXPIRED);
  }
}
