package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.stock.StockEvents;
import io.pigpig.stock.StockLedger;
import io.pigpig.stock.StockLevel;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hands the outbox on as events: at least once each, because what was handed on is recorded
 * afterwards. Whether a SKU is sold out is asked once a run, and told once until units of it come
 * back.
 *
 * <p>What finds no room is told by a later run: the entries before it are recorded, so that each
 * run goes on where the last one stopped, however little room there was.
 *
 * <p>Owned by one event loop; not thread-safe. Only one run at a time.
 */
public final class EventRelay {

  /** What the relay reads from and speaks to. */
  public record Parts(
      Outbox outbox, StockLedger stock, OrderEvents orderEvents, StockEvents stockEvents) {}

  /**
   * Entries that were told.
   *
   * @param soldOut what is still to be told before they can be forgotten
   * @param more whether there is more in the outbox
   */
  private record Told(List<Outbox.Entry> entries, Deque<Sku> soldOut, boolean more) {}

  private final Parts parts;
  private final int most;
  private Future<Boolean> running = Future.succeededFuture(false);
  private @Nullable Told unfinished;
  private boolean closed;

  public EventRelay(Parts parts, OrderSettings settings) {
    this.parts = parts;
    this.most = settings.relayBatchMax();
  }

  /** Hands some entries on; answers whether there is more to do at once. */
  public Future<Boolean> relay() {
    if (closed) {
      return Future.succeededFuture(false);
    }
    Told last = unfinished;
    running = last == null ? parts.outbox().next(most).compose(this::tell) : finish(last);
    return running;
  }

  /** Ends: waits for a run that is under way, and lets another process go on at once. */
  public Future<Void> close() {
    closed = true;
    return running.transform(ended -> parts.outbox().release());
  }

  private Future<Boolean> tell(List<Outbox.Entry> entries) {
    Set<Sku> touched = new HashSet<>();
    int told = 0;
    while (told < entries.size() && tell(entries.get(told), touched)) {
      told++;
    }
    if (told == 0) {
      return Future.succeededFuture(false);
    }
    List<Outbox.Entry> done = List.copyOf(entries.subList(0, told));
    boolean more = entries.size() >= most || told < entries.size();
    return soldOut(touched).compose(skus -> finish(new Told(done, skus, more)));
  }

  /** Whether there was room for all of it; if not, it is told again as a whole. */
  private boolean tell(Outbox.Entry entry, Set<Sku> touched) {
    Set<Sku> skus = entry.units().keySet();
    boolean isPlacement = entry.status() == OrderStatus.PENDING_PAYMENT;
    boolean told =
        (entry.changes().isEmpty() || hasRoom(() -> parts.orderEvents().statusChanged(entry)))
            && (skus.isEmpty() || hasRoom(() -> tellUnits(entry, isPlacement)));
    if (told && isPlacement) {
      touched.addAll(skus);
    }
    return told;
  }

  private void tellUnits(Outbox.Entry entry, boolean isPlacement) {
    if (isPlacement) {
      parts.stockEvents().held(entry.id(), entry.units());
    } else {
      parts.stockEvents().released(entry.id(), entry.units());
    }
  }

  private static boolean hasRoom(Runnable event) {
    try {
      event.run();
      return true;
    } catch (RefusedException noRoomNow) {
      return false;
    }
  }

  /** Also told before, perhaps: that is not known here, since the relay changes hands. */
  private Future<Deque<Sku>> soldOut(Set<Sku> touched) {
    if (touched.isEmpty()) {
      return Future.succeededFuture(new ArrayDeque<>());
    }
    return parts
        .stock()
        .levels(List.copyOf(touched))
        .map(
            levels -> {
              Deque<Sku> skus = new ArrayDeque<>();
              levels.stream()
                  .filter(level -> level.available() == 0)
                  .map(StockLevel::sku)
                  .forEach(skus::add);
              return skus;
            });
  }

  /** Tells what is left, and then forgets the entries; without room the next run goes on here. */
  private Future<Boolean> finish(Told told) {
    unfinished = told;
    int before = told.soldOut().size();
    while (!told.soldOut().isEmpty()
        && hasRoom(() -> parts.stockEvents().soldOut(told.soldOut().element()))) {
      told.soldOut().remove();
    }
    if (!told.soldOut().isEmpty()) {
      return Future.succeededFuture(told.soldOut().size() < before);
    }
    return parts
        .outbox()
        .delivered(told.entries())
        .onSuccess(forgotten -> unfinished = null)
        .map(told.more());
  }
}
