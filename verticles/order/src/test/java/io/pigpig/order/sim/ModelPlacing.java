package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLedger.CustomerKey;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.OrderLedger.Stored;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.sim.ModelTables.OrderRow;
import io.pigpig.order.sim.ModelTables.StockRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The functions {@code place_orders} and {@code fence_orders} on a model's tables. */
final class ModelPlacing {

  private static final long CLOCK_OFF_MAX_SECONDS = 30;

  private final ModelTables tables;
  private final Duration paymentWindow;

  ModelPlacing(ModelTables tables, Duration paymentWindow) {
    this.tables = tables;
    this.paymentWindow = paymentWindow;
  }

  /** The least UUIDv7 of a moment, as {@code least_order_id}. */
  static UUID leastId(Instant moment) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    return new UUID(((micros + 500) / 1000) << 16 | 0x7000L, 0x8000_0000_0000_0000L);
  }

  List<Outcome> place(List<NewOrder> batch) {
    Instant now = tables.now();
    refuseWrongClock(batch, now);
    Instant placedAt = now.truncatedTo(ChronoUnit.MILLIS);
    if (fitsAsAWhole(batch)) {
      batch.forEach(entry -> accept(entry, placedAt));
      return batch.stream().map(entry -> accepted(placedAt)).toList();
    }
    List<Outcome> outcomes = new ArrayList<>();
    batch.forEach(entry -> outcomes.add(placeOne(entry, placedAt)));
    return outcomes;
  }

  private static void refuseWrongClock(List<NewOrder> batch, Instant now) {
    UUID least = leastId(now.minusSeconds(CLOCK_OFF_MAX_SECONDS));
    UUID most = leastId(now.plusSeconds(CLOCK_OFF_MAX_SECONDS));
    for (NewOrder entry : batch) {
      if (ModelTables.BY_BYTES.compare(entry.orderId(), least) < 0
          || ModelTables.BY_BYTES.compare(entry.orderId(), most) > 0) {
        throw new StoreRefusedException("P0001");
      }
    }
  }

  private boolean fitsAsAWhole(List<NewOrder> batch) {
    Map<String, Long> demand = new TreeMap<>();
    Set<CustomerKey> keys = new HashSet<>();
    Set<UUID> ids = new HashSet<>();
    for (NewOrder entry : batch) {
      ModelTables.demand(entry.lines()).forEach((sku, n) -> demand.merge(sku, n, Long::sum));
      boolean fresh = ids.add(entry.orderId()) && !tables.orders.containsKey(entry.orderId());
      if (!fresh || isUsed(entry) || (!keys.add(key(entry)) && isUnique())) {
        return false;
      }
    }
    return shortOf(demand) == null;
  }

  private Outcome placeOne(NewOrder entry, Instant placedAt) {
    if (isUsed(entry)) {
      return new Outcome.KeyUsed();
    }
    String missing = shortOf(ModelTables.demand(entry.lines()));
    if (missing != null) {
      return new Outcome.OutOfStock(new Sku(missing));
    }
    if (tables.orders.containsKey(entry.orderId())) {
      return new Outcome.Fenced();
    }
    accept(entry, placedAt);
    return accepted(placedAt);
  }

  private boolean isUnique() {
    return !tables.has(Plant.KEY_INDEX_DROPPED);
  }

  private boolean isUsed(NewOrder entry) {
    OrderRow row = tables.byKey.get(key(entry));
    boolean otherBody =
        tables.has(Plant.REPLAY_IGNORES_BODY)
            && row != null
            && !row.fingerprint.equals(entry.fingerprint());
    return row != null && isUnique() && !otherBody;
  }

  private static CustomerKey key(NewOrder entry) {
    return new CustomerKey(entry.customer(), entry.key());
  }

  private @Nullable String shortOf(Map<String, Long> demand) {
    for (Map.Entry<String, Long> wanted : demand.entrySet()) {
      StockRow row = tables.stock.get(wanted.getKey());
      boolean arbiter = !tables.has(Plant.ARBITER_DROPPED);
      if (row == null || (arbiter && row.available() < wanted.getValue())) {
        return wanted.getKey();
      }
    }
    return null;
  }

  private Outcome accepted(Instant placedAt) {
    return new Outcome.Accepted(placedAt, placedAt.plus(paymentWindow));
  }

  private void accept(NewOrder entry, Instant placedAt) {
    ModelTables.demand(entry.lines()).forEach((sku, units) -> tables.stockOf(sku).held += units);
    Order order =
        new Order(
            entry.orderId(),
            entry.customer(),
            OrderStatus.PENDING_PAYMENT,
            entry.lines(),
            entry.totalCents(),
            placedAt,
            placedAt.plus(paymentWindow));
    tables.insert(new OrderRow(order, entry.key(), entry.fingerprint(), false));
  }

  List<Stored> fence(List<UUID> ids) {
    List<Stored> stored = new ArrayList<>();
    for (UUID id : ids) {
      OrderRow row = tables.orders.get(id);
      if (row != null && !row.fence) {
        stored.add(stored(row));
      } else if (row == null && !tables.has(Plant.FENCE_WITHOUT_TOMBSTONE)) {
        Instant now = tables.now();
        Order nothing = new Order(id, "", OrderStatus.EXPIRED, List.of(), 0, now, now);
        tables.insert(new OrderRow(nothing, id.toString(), id, true));
      }
    }
    return stored;
  }

  List<Stored> byKeys(List<CustomerKey> keys) {
    List<Stored> stored = new ArrayList<>();
    for (CustomerKey key : keys) {
      OrderRow row = tables.byKey.get(key);
      if (row != null) {
        stored.add(stored(row));
      }
    }
    return stored;
  }

  private static Stored stored(OrderRow row) {
    return new Stored(row.now(), row.key, row.fingerprint);
  }
}
