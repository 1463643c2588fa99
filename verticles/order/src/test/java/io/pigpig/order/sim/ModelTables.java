package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLedger.CustomerKey;
import io.pigpig.order.OrderLine;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PeerHint;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.SagaStep;
import io.pigpig.order.StatusChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a model of Postgres. Each function on them is one transaction: it runs whole, at
 * one moment, or throws before it has changed anything.
 */
final class ModelTables {

  /** As Postgres compares uuid: by their bytes. */
  static final Comparator<UUID> BY_BYTES =
      (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
            ? high
            : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
      };

  /** A row of {@code orders}; a fence has no status. */
  static final class OrderRow {
    final Order placed;
    final String key;
    final UUID fingerprint;
    final boolean fence;
    OrderStatus status = OrderStatus.PENDING_PAYMENT;
    int sequence = 1;

    OrderRow(Order placed, String key, UUID fingerprint, boolean fence) {
      this.placed = placed;
      this.key = key;
      this.fingerprint = fingerprint;
      this.fence = fence;
    }

    UUID id() {
      return placed.orderId();
    }

    boolean isPending() {
      return !fence && status == OrderStatus.PENDING_PAYMENT;
    }

    Order now() {
      return new Order(
          placed.orderId(),
          placed.customer(),
          status,
          placed.lines(),
          placed.totalCents(),
          placed.createdAt(),
          placed.expiresAt());
    }
  }

  /** A row of {@code saga}. */
  static final class SagaRow {
    final UUID orderId;
    SagaStep step = SagaStep.CHARGE;
    long epoch = 1;
    boolean leased = true;
    Instant dueAt;
    int attempts;
    int payment = 1;
    String token;
    @Nullable String waybill;
    final Map<Peer, Long> seen = new EnumMap<>(Peer.class);
    long hintedEpoch;

    SagaRow(UUID orderId, Instant dueAt, String token) {
      this.orderId = orderId;
      this.dueAt = dueAt;
      this.token = token;
    }

    /** Whether the next step asks the peer of the hint, and this is not known of it. */
    boolean isNews(PeerHint hint) {
      return asks(hint.peer()) && hint.sequence() > seen.getOrDefault(hint.peer(), 0L);
    }

    private boolean asks(Peer peer) {
      return switch (peer) {
        case PAYMENT -> step == SagaStep.CHARGE || step == SagaStep.REFUND;
        case CARRIER -> step == SagaStep.SHIP || step == SagaStep.VOID_WAYBILL;
      };
    }

    void handBack(Instant due) {
      leased = false;
      dueAt = due;
    }
  }

  /** A row of {@code stock}. */
  static final class StockRow {
    long total;
    long held;
    long sold;

    long available() {
      return total - held - sold;
    }
  }

  /** Something that was written back under a lease, and the epoch that the saga had then. */
  record WriteBack(UUID orderId, long epoch, long current) {}

  final NavigableMap<UUID, OrderRow> orders = new TreeMap<>(BY_BYTES);
  final Map<CustomerKey, OrderRow> byKey = new HashMap<>();
  final Map<UUID, List<StatusChange>> events = new HashMap<>();
  final NavigableMap<UUID, SagaRow> sagas = new TreeMap<>(BY_BYTES);
  final NavigableMap<String, StockRow> stock = new TreeMap<>();
  final UUID ledgerId;
  final List<WriteBack> writeBacks = new ArrayList<>();
  private final Supplier<Instant> clock;
  private final Set<Plant> plants;
  long gateEpoch;

  ModelTables(Supplier<Instant> clock, Set<Plant> plants, UUID ledgerId) {
    this.clock = clock;
    this.plants = plants;
    this.ledgerId = ledgerId;
  }

  Instant now() {
    return clock.get();
  }

  boolean has(Plant plant) {
    return plants.contains(plant);
  }

  @Nullable OrderRow order(UUID id) {
    OrderRow row = orders.get(id);
    return row == null || row.fence ? null : row;
  }

  void insert(OrderRow row) {
    orders.put(row.id(), row);
    if (!row.fence) {
      byKey.putIfAbsent(new CustomerKey(row.placed.customer(), row.key), row);
    }
  }

  void change(OrderRow row, OrderStatus status) {
    row.status = status;
    row.sequence++;
    if (!has(Plant.EVENT_MISSING) || status != OrderStatus.CANCELLED) {
      events
          .computeIfAbsent(row.id(), absent -> new ArrayList<>())
          .add(new StatusChange(row.sequence, status, now()));
    }
  }

  /** Called before the change, for the checker. */
  void writesBack(SagaRow saga, long epoch) {
    writeBacks.add(new WriteBack(saga.orderId, epoch, saga.epoch));
  }

  /** What lines take, one entry a SKU, SKUs ascending. */
  static NavigableMap<String, Long> demand(List<OrderLine> lines) {
    NavigableMap<String, Long> demand = new TreeMap<>();
    lines.forEach(line -> demand.merge(line.sku().value(), (long) line.quantity(), Long::sum));
    return demand;
  }

  /** Adds to held and sold as {@code move_stock}: all of it, or none and false. */
  boolean moveStock(Map<String, Long> held, Map<String, Long> sold) {
    for (String sku : held.keySet()) {
      StockRow row = stock.get(sku);
      if (row == null) {
        return false;
      }
      long heldAfter = row.held + held.get(sku);
      long soldAfter = row.sold + sold.getOrDefault(sku, 0L);
      boolean over = heldAfter + soldAfter > row.total && !has(Plant.ARBITER_DROPPED);
      if (heldAfter < 0 || soldAfter < 0 || over) {
        return false;
      }
    }
    held.forEach((sku, units) -> stockOf(sku).held += units);
    sold.forEach((sku, units) -> stockOf(sku).sold += units);
    return true;
  }

  StockRow stockOf(String sku) {
    return stock.computeIfAbsent(sku, absent -> new StockRow());
  }

  void setTotal(Sku sku, long total) {
    stockOf(sku.value()).total = total;
  }

  /** What a server does that does not wait for its disk: the last commits are gone. */
  void loseTail(long millis) {
    Instant since = now().minusMillis(millis);
    List<OrderRow> gone =
        orders.values().stream()
            .filter(row -> row.isPending() && row.placed.createdAt().isAfter(since))
            .toList();
    for (OrderRow row : gone) {
      orders.remove(row.id());
      byKey.remove(new CustomerKey(row.placed.customer(), row.key));
      sagas.remove(row.id());
      demand(row.placed.lines()).forEach((sku, units) -> stockOf(sku).held -= units);
    }
  }
}
