package io.pigpig.order;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers hints until the next poll for sagas: however many callbacks come, the ledger is told in
 * one statement a poll, and of an order once. Owned by one event loop; not thread-safe.
 */
final class GatheredHints implements PeerHints {

  private static final Logger log = LoggerFactory.getLogger(GatheredHints.class);

  private record Subject(PeerHint.Peer peer, UUID orderId) {}

  private final SagaLedger ledger;
  private final int hintsMax;
  private Map<Subject, PeerHint> gathered = new LinkedHashMap<>();
  private Future<Void> writing = Future.succeededFuture();

  GatheredHints(SagaLedger ledger, SagaSettings settings) {
    this.ledger = ledger;
    this.hintsMax = settings.hintsMax();
  }

  @Override
  public boolean offer(PeerHint hint) {
    Subject subject = new Subject(hint.peer(), hint.orderId());
    if (gathered.size() >= hintsMax && !gathered.containsKey(subject)) {
      return false;
    }
    gathered.merge(subject, hint, (old, fresh) -> fresh.sequence() > old.sequence() ? fresh : old);
    return true;
  }

  /** Tells the ledger what was gathered, unless it is being told just now. Never fails. */
  Future<Void> write() {
    if (!writing.isComplete() || gathered.isEmpty()) {
      return writing;
    }
    List<PeerHint> batch = new ArrayList<>(gathered.values());
    gathered = new LinkedHashMap<>();
    writing = ledger.hint(batch).recover(cause -> keep(batch, cause));
    return writing;
  }

  /** For the next poll, as far as there is room beside what came meanwhile. */
  private Future<Void> keep(List<PeerHint> batch, Throwable cause) {
    long kept = batch.stream().filter(this::offer).count();
    log.warn("{} hints of {} wait: {}", kept, batch.size(), cause.getMessage());
    return Future.succeededFuture();
  }
}
