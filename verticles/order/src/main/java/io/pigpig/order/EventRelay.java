package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.stock.StockEvents;
import io.pigpig.stock.StockLedger;
import io.pigpig.stock.StockLevel;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hands the outbox on as events: at least once each, because what was handed on is recorded
 * afterwards. Whether a SKU is sold out is asked once a run, and told once until units of it come
 * back.
 *
 * <p>Owned by one event loop; not thread-safe. Only one run at a time.
 */
public final class EventRelay {

  /** What the relay reads from and speaks to. */
  public record Parts(
      Outbox outbox, StockLedger stock, OrderEvents orderEvents, StockEvents stockEvents) {}

  private final Parts parts;
  private final int most;

  public EventRelay(Parts parts, OrderSettings settings) {
    this.parts = parts;
    this.most = settings.relayBatchMax();
  }

  /** Hands some entries on; answers whether there is more to do at once. */
  public Future<Boolean> relay() {
    return parts
        .outbox()
        .next(most)
        .compose(entries -> entries.isEmpty() ? Future.succeededFuture(false) : relay(entries));
  }

  private Future<Boolean> relay(List<Outbox.Entry> entries) {
    Set<Sku> touched = new HashSet<>();
    for (Outbox.Entry entry : entries) {
      tell(entry, touched);
    }
    return tellSoldOut(touched)
        .compose(told -> parts.outbox().delivered(entries))
        .map(entries.size() >= most);
  }

  private void tell(Outbox.Entry entry, Set<Sku> touched) {
    if (!entry.changes().isEmpty()) {
      parts.orderEvents().statusChanged(entry);
    }
    Set<Sku> skus = entry.units().keySet();
    if (skus.isEmpty()) {
      return;
    }
    if (entry.status() == OrderStatus.PENDING_PAYMENT) {
      parts.stockEvents().held(entry.id(), entry.units());
      touched.addAll(skus);
    } else {
      parts.stockEvents().released(entry.id(), entry.units());
    }
  }

  private Future<Void> tellSoldOut(Set<Sku> touched) {
    return touched.isEmpty()
        ? Future.succeededFuture()
        : parts.stock().levels(List.copyOf(touched)).map(this::tellSoldOut).mapEmpty();
  }

  /** Also twice: whether it was told before is not known here, since the relay changes hands. */
  private int tellSoldOut(List<StockLevel> levels) {
    for (StockLevel level : levels) {
      if (level.available() == 0) {
        parts.stockEvents().soldOut(level.sku());
      }
    }
    return levels.size();
  }
}
