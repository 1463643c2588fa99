package io.pigpig.runtime.batch;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Natural batching: while one batch is in flight the next one gathers.
 *
 * <p>At low load a batch is one item and waits for nothing; at high load batches grow to {@code
 * batchMax} by themselves, and the cost of a round trip or a commit is paid once for all of them.
 * There is no timer. A batch begins at the end of the loop's turn, so that everything read in one
 * turn goes together. Source: TigerBeetle, docs/concepts/performance.md ("batching").
 *
 * <p>Owned by one event loop, which {@code endOfTurn} runs on; not thread-safe.
 *
 * @param <T> what is batched
 */
public final class NaturalBatcher<T> {

  private static final Logger log = LoggerFactory.getLogger(NaturalBatcher.class);

  private final int batchMax;
  private final int queueMax;
  private final int inFlightMax;
  private final Executor endOfTurn;
  private final BatchWork<T> work;
  private final ArrayDeque<T> queue = new ArrayDeque<>();
  private int inFlight;
  private boolean beginning;
  private @Nullable Promise<Void> idle;

  /**
   * @param batchMax the most items of one batch
   * @param queueMax the most items that wait for a batch
   */
  public NaturalBatcher(int batchMax, int queueMax, Executor endOfTurn, BatchWork<T> work) {
    this(batchMax, queueMax, 1, endOfTurn, work);
  }

  /**
   * @param batchMax the most items of one batch
   * @param queueMax the most items that wait for a batch
   * @param inFlightMax the most batches in flight, for work that may overtake itself
   */
  public NaturalBatcher(
      int batchMax, int queueMax, int inFlightMax, Executor endOfTurn, BatchWork<T> work) {
    if (batchMax < 1 || queueMax < 1 || inFlightMax < 1) {
      throw new IllegalArgumentException(
          "a batch, its queue and its flight hold at least 1: "
              + (batchMax + ", " + queueMax + ", " + inFlightMax));
    }
    this.batchMax = batchMax;
    this.queueMax = queueMax;
    this.inFlightMax = inFlightMax;
    this.endOfTurn = endOfTurn;
    this.work = work;
  }

  /** Takes the item for the next batch; false when the queue is full and the item was not taken. */
  public boolean offer(T item) {
    if (queue.size() >= queueMax) {
      return false;
    }
    queue.add(item);
    beginAnother();
    return true;
  }

  private void beginAnother() {
    if (!beginning && inFlight < inFlightMax) {
      beginning = true;
      inFlight++;
      endOfTurn.execute(this::next);
    }
  }

  /** Items that wait; those in flight are not counted. */
  public int waiting() {
    return queue.size();
  }

  /** Completes once nothing waits and nothing is in flight. */
  public Future<Void> idle() {
    if (inFlight == 0) {
      return Future.succeededFuture();
    }
    if (idle == null) {
      idle = Promise.promise();
    }
    return idle.future();
  }

  private void next() {
    beginning = false;
    if (queue.isEmpty()) {
      inFlight--;
      if (inFlight == 0 && idle != null) {
        Promise<Void> waiting = idle;
        idle = null;
        waiting.complete();
      }
      return;
    }
    int size = Math.min(batchMax, queue.size());
    List<T> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      batch.add(queue.remove());
    }
    if (!queue.isEmpty()) {
      beginAnother();
    }
    begin(batch)
        .onFailure(e -> work.failed().accept(batch, e))
        .onComplete(done -> endOfTurn.execute(this::next));
  }

  /** A defect in {@code work} costs its own batch, not every batch after it. */
  private Future<?> begin(List<T> batch) {
    try {
      return work.handle().apply(batch);
    } catch (RuntimeException e) {
      log.error("a batch of {} was not handled", batch.size(), e);
      return Future.failedFuture(e);
    }
  }
}
