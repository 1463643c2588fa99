package io.pigpig.stock;

import io.pigpig.stock.GateStore.Contents;
import io.pigpig.stock.GateStore.Correction;
import io.pigpig.stock.StockLedger.Snapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * moved since the last look, which is when no order of it can be under way. A SKU that keeps moving
 * needs no correction: a gate that is too high is refused by Postgres, one that is too low stops
 * moving when it reaches zero.
 *
 * <p>Owned by one event loop; not thread-safe.
 */
public final class GateKeeper {

  private static final Logger log = LoggerFactory.getLogger(GateKeeper.class);

  private final StockLedger ledger;
  private final GateStore store;
  private @Nullable Future<Long> opening;
  private Map<String, Long> lastLedger = Map.of();
  private Map<String, Long> lastGate = Map.of();
  private long rebuilds;
  private long corrections;

  public GateKeeper(StockLedger ledger, GateStore store) {
    this.ledger = ledger;
    this.store = store;
  }

  /** The epoch of a gate that can be trusted. Callers at the same time share one attempt. */
  public Future<Long> open() {
    Future<Long> running = opening;
    if (running != null) {
      return running;
    }
    Future<Long> attempt =
        Future.all(ledger.snapshot(), store.contents())
            .compose(both -> adoptOrRebuild(both.resultAt(0), both.resultAt(1)));
    if (!attempt.isComplete()) {
      opening = attempt;
      attempt.onComplete(done -> opening = null);
    }
    return attempt;
  }

  private Future<Long> adoptOrRebuild(Snapshot snapshot, Contents contents) {
    long epoch = snapshot.epoch();
    if (epoch > 0 && contents.epoch().isPresent() && contents.epoch().getAsLong() == epoch) {
      return Future.succeededFuture(epoch);
    }
    return ledger.nextEpoch(contents.epoch().orElse(0)).compose(this::rebuild);
  }

  private Future<Long> rebuild(Snapshot next) {
    return store
        .rebuild(next)
        .map(
            done -> {
              rebuilds++;
              lastLedger = Map.of();
              lastGate = Map.of();
              log.info(
                  "stock gate rebuilt from the ledger: epoch {}, {} SKUs",
                  next.epoch(),
                  next.available().size());
              return next.epoch();
            });
  }

  /**
   * Compares ledger and gate once and corrects what stood still and differs. Answers the number of
   * SKUs that differ, corrected or not; a missing gate counts every SKU.
   */
  public Future<Integer> reconcile() {
    return Future.all(ledger.snapshot(), store.contents())
        .compose(both -> compare(both.resultAt(0), both.resultAt(1)));
  }

  private Future<Integer> compare(Snapshot snapshot, Contents contents) {
    if (contents.epoch().isEmpty() || contents.epoch().getAsLong() != snapshot.epoch()) {
      return open().map(epoch -> snapshot.available().size());
    }
    List<Correction> due = new ArrayList<>();
    int different = 0;
    for (Map.Entry<String, Long> entry : snapshot.available().entrySet()) {
      String sku = entry.getKey();
      long right = entry.getValue();
      long seen = contents.available().getOrDefault(sku, 0L);
      if (right != seen) {
        different++;
        if (stoodStill(sku, right, seen)) {
          due.add(new Correction(sku, seen, right));
        }
      }
    }
    lastLedger = new HashMap<>(snapshot.available());
    lastGate = new HashMap<>(contents.available());
    if (due.isEmpty()) {
      return Future.succeededFuture(different);
    }
    corrections += due.size();
    log.info("stock gate corrected for {} SKUs, first {}", due.size(), due.getFirst());
    int seenDifferent = different;
    return store.correct(snapshot.epoch(), due).map(done -> seenDifferent);
  }

  private boolean stoodStill(String sku, long right, long seen) {
    Long ledgerBefore = lastLedger.get(sku);
    long gateBefore = lastGate.getOrDefault(sku, 0L);
    return ledgerBefore != null && ledgerBefore == right && gateBefore == seen;
  }

  /** How often this process built the gate anew. */
  public long rebuilds() {
    return rebuilds;
  }

  /** How many SKUs this process has corrected. */
  public long corrections() {
    return corrections;
  }
}
