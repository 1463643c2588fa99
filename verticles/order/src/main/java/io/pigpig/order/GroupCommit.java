package io.pigpig.order;

import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.OrderLedger.Stored;
import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Natural group commit: the orders that gather while one transaction is in flight are the next one.
 *
 * <p>An order whose commit was not seen is neither acknowledged nor refused: its id is fenced on
 * another connection, which waits for the old transaction to end and then decides for good. Only
 * when that, too, has no answer before the last deadline of the batch is the outcome {@code
 * OUTCOME_UNKNOWN}. Owned by one event loop; not thread-safe.
 */
final class GroupCommit {

  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

  private record Waiting(NewOrder entry, long deadlineNanos, Promise<Outcome> outcome) {}

  private final OrderLedger ledger;
  private final Ticker ticker;
  private final Pause pause;
  private final RandomGenerator random;
  private final NaturalBatcher<Waiting> batcher;

  GroupCommit(OrderLedger ledger, OrderSettings settings, LoopTools tools, Executor loop) {
    this.ledger = ledger;
    this.ticker = tools.ticker();
    this.pause = tools.pause();
    this.random = tools.random();
    this.batcher =
        new NaturalBatcher<>(
            settings.commitBatchMax(),
            settings.commitQueueMax(),
            ledger.batchesAtOnce(),
            loop,
            new BatchWork<>(this::commit, this::failed));
  }

  /** What became of the entry; never fails and never answers {@link Outcome.Unknown}. */
  Future<Outcome> commit(NewOrder entry, long deadlineNanos) {
    Promise<Outcome> outcome = Promise.promise();
    if (!batcher.offer(new Waiting(entry, deadlineNanos, outcome))) {
      return Future.succeededFuture(
          new Outcome.Refused(new Refusal.Overloaded("the commit queue", Refused.RETRY_AFTER)));
    }
    return outcome.future();
  }

  Future<Void> drained() {
    return batcher.idle();
  }

  private Future<?> commit(List<Waiting> gathered) {
    List<Waiting> batch = inTime(gathered);
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    List<NewOrder> entries = batch.stream().map(Waiting::entry).toList();
    return ledger.place(entries).map(outcomes -> tell(batch, outcomes));
  }

  /** A defect: nothing is known of the orders, so nothing is said about them. */
  private void failed(List<Waiting> batch, Throwable cause) {
    log.error("{} orders are left unknown", batch.size(), cause);
    Refusal unknown = new Refusal.OutcomeUnknown(Refused.RETRY_AFTER);
    batch.forEach(waiting -> waiting.outcome().tryComplete(new Outcome.Refused(unknown)));
  }

  /** Refuses those whose caller has gone, before any work is done for them. */
  private List<Waiting> inTime(List<Waiting> gathered) {
    long now = ticker.nanos();
    List<Waiting> batch = new ArrayList<>(gathered.size());
    for (Waiting waiting : gathered) {
      if (waiting.deadlineNanos() - now > 0) {
        batch.add(waiting);
      } else {
        Refusal late =
            new Refusal.Unavailable("the deadline passed in the queue", Refused.RETRY_AFTER);
        waiting.outcome().complete(new Outcome.Refused(late));
      }
    }
    return batch;
  }

  private List<Waiting> tell(List<Waiting> batch, List<Outcome> outcomes) {
    Map<UUID, Waiting> unknown = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      Waiting waiting = batch.get(i);
      if (outcomes.get(i) instanceof Outcome.Unknown) {
        unknown.put(waiting.entry().orderId(), waiting);
      } else {
        waiting.outcome().complete(outcomes.get(i));
      }
    }
    if (!unknown.isEmpty()) {
      log.warn("the commit of {} orders was not seen; asking by order id", unknown.size());
      resolve(unknown, new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), random));
    }
    return batch;
  }

  private void resolve(Map<UUID, Waiting> unknown, Backoff backoff) {
    List<UUID> ids = unknown.keySet().stream().sorted().toList();
    ledger
        .fence(ids)
        .map(stored -> decided(unknown, stored))
        .onFailure(
            e -> {
              log.warn("orders still unknown ({}): {}", unknown.size(), e.getMessage());
              giveUpLate(unknown);
              if (!unknown.isEmpty()) {
                pause.millis(backoff.nextDelayMillis()).onSuccess(go -> resolve(unknown, backoff));
              }
            });
  }

  private static int decided(Map<UUID, Waiting> unknown, List<Stored> stored) {
    Map<UUID, Stored> placed = new HashMap<>();
    stored.forEach(s -> placed.put(s.order().orderId(), s));
    unknown.forEach(
        (id, waiting) -> waiting.outcome().tryComplete(outcome(waiting.entry(), placed.get(id))));
    log.info("unknown commits decided: {} placed of {}", placed.size(), unknown.size());
    return placed.size();
  }

  /** The id alone would let a defect that makes one id twice answer with another's order. */
  private static Outcome outcome(NewOrder entry, @Nullable Stored found) {
    if (found != null
        && found.key().equals(entry.key())
        && found.order().customer().equals(entry.customer())) {
      return new Outcome.Accepted(found.order().createdAt(), found.order().expiresAt());
    }
    return new Outcome.Refused(
        new Refusal.Unavailable("the commit was lost and fenced", Refused.RETRY_AFTER));
  }

  private void giveUpLate(Map<UUID, Waiting> unknown) {
    long now = ticker.nanos();
    unknown
        .values()
        .removeIf(
            waiting -> {
              boolean late = waiting.deadlineNanos() - now <= 0;
              if (late) {
                waiting
                    .outcome()
                    .complete(new Outcome.Refused(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER)));
              }
              return late;
            });
  }
}
