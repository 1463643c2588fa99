package io.pigpig.stock;

import io.pigpig.runtime.Ticker;
import io.pigpig.stock.GateStore.Contents;
import io.pigpig.stock.GateStore.Correction;
import io.pigpig.stock.StockLedger.Snapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the gate in line with the ledger.
 *
 * <p>{@link #open()} makes a gate trustworthy: it adopts one that belongs to the ledger's current
 * epoch, or begins the next epoch and builds it anew. The epoch counts up in Postgres only, so a
 * gate that returns from the past (an old Redis primary, a restored file) carries an older one and
 * is not trusted. Two processes that rebuild at once end on the later epoch; the other adopts it.
 *
 * <p>{@link #reconcile()} corrects drift: units whose answer from Redis was lost, or that were
 * given back while Redis was away. A SKU is corrected when ledger and gate differ and neither has
 * moved for {@code stock.drift-still-for}, which is longer than an order is under way between the
 * two. Should one take longer still, the gate is too high by its units and Postgres refuses what
 * they admit. A SKU that keeps moving needs no correction: a gate that is too low stops moving when
 * it reaches zero.
 *
 * <p>Owned by one event loop; not thread-safe.
 */
public final class GateKeeper {

  private static final Logger log = LoggerFactory.getLogger(GateKeeper.class);

  private final StockLedger ledger;
  private final GateStore store;
  private final Ticker ticker;
  private final long stillForNanos;
  private final long repairEveryNanos;
  private final AtomicLong rebuilds = new AtomicLong();
  private final AtomicLong corrections = new AtomicLong();
  private @Nullable Future<Long> opening;
  private long openedAtNanos;
  private Map<String, Look> looks = new HashMap<>();

  /** A SKU as it was last seen, and since when it has not moved. */
  private record Look(long ledger, long gate, long sinceNanos) {}

  public GateKeeper(StockLedger ledger, GateStore store, StockSettings settings, Ticker ticker) {
    this.ledger = ledger;
    this.store = store;
    this.ticker = ticker;
    this.stillForNanos = settings.driftStillFor().toNanos();
    this.repairEveryNanos = settings.repairEvery().toNanos();
  }

  /**
   * The epoch of a gate that can be trusted. Callers share one attempt, and its result for {@code
   * stock.repair-every} after, so that a Redis that answers but refuses does not keep the ledger
   * busy. A result that is out of date harms nobody: the gate's script compares the epoch.
   */
  public Future<Long> open() {
    Future<Long> last = opening;
    if (last != null && (!last.isComplete() || ticker.nanos() - openedAtNanos < repairEveryNanos)) {
      return last;
    }
    Future<Long> attempt =
        Future.all(ledger.snapshot(), store.contents())
            .compose(both -> adoptOrRebuild(both.resultAt(0), both.resultAt(1)));
    opening = attempt;
    attempt.onComplete(done -> openedAtNanos = ticker.nanos());
    return attempt;
  }

  private Future<Long> adoptOrRebuild(Snapshot snapshot, Contents contents) {
    long epoch = snapshot.epoch();
    if (epoch > 0 && isOf(snapshot, contents)) {
      return Future.succeededFuture(epoch);
    }
    return ledger.nextEpoch(contents.epoch().orElse(0)).compose(this::rebuild);
  }

  private Future<Long> rebuild(Snapshot next) {
    return store
        .rebuild(next)
        .map(
            done -> {
              rebuilds.incrementAndGet();
              looks = new HashMap<>();
              log.info(
                  "stock gate rebuilt from the ledger: epoch {}, {} SKUs",
                  next.epoch(),
                  next.available().size());
              return next.epoch();
            });
  }

  /** Compares ledger and gate once and corrects what stood still and differs. */
  public Future<Void> reconcile() {
    return Future.all(ledger.snapshot(), store.contents())
        .compose(both -> correct(both.resultAt(0), both.resultAt(1)));
  }

  /** The number of SKUs in which ledger and gate differ now; a missing gate counts every SKU. */
  public Future<Integer> drift() {
    return Future.all(ledger.snapshot(), store.contents())
        .map(both -> different(both.resultAt(0), both.resultAt(1)));
  }

  private static int different(Snapshot snapshot, Contents contents) {
    if (!isOf(snapshot, contents)) {
      return snapshot.available().size();
    }
    int different = 0;
    for (Map.Entry<String, Long> entry : snapshot.available().entrySet()) {
      if (!contents.available().getOrDefault(entry.getKey(), 0L).equals(entry.getValue())) {
        different++;
      }
    }
    return different;
  }

  private static boolean isOf(Snapshot snapshot, Contents contents) {
    return contents.epoch().isPresent() && contents.epoch().getAsLong() == snapshot.epoch();
  }

  private Future<Void> correct(Snapshot snapshot, Contents contents) {
    if (!isOf(snapshot, contents)) {
      return open().mapEmpty();
    }
    Map<String, Look> fresh = HashMap.newHashMap(snapshot.available().size());
    List<Correction> due = new ArrayList<>();
    for (Map.Entry<String, Long> entry : snapshot.available().entrySet()) {
      String sku = entry.getKey();
      long right = entry.getValue();
      long seen = contents.available().getOrDefault(sku, 0L);
      Look look = look(sku, right, seen);
      fresh.put(sku, look);
      if (right != seen && ticker.nanos() - look.sinceNanos() >= stillForNanos) {
        due.add(new Correction(sku, seen, right));
      }
    }
    looks = fresh;
    if (due.isEmpty()) {
      return Future.succeededFuture();
    }
    corrections.addAndGet(due.size());
    log.info("stock gate corrected for {} SKUs, first {}", due.size(), due.getFirst());
    return store.correct(snapshot.epoch(), due);
  }

  private Look look(String sku, long ledgerNow, long gateNow) {
    Look before = looks.get(sku);
    return before != null && before.ledger() == ledgerNow && before.gate() == gateNow
        ? before
        : new Look(ledgerNow, gateNow, ticker.nanos());
  }

  /** How often this process built the gate anew; safe from any thread. */
  public long rebuilds() {
    return rebuilds.get();
  }

  /** How many SKUs this process has corrected; safe from any thread. */
  public long corrections() {
    return corrections.get();
  }
}
