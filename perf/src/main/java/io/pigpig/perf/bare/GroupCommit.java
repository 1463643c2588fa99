package io.pigpig.perf.bare;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Natural group commit: while one batch is in flight the next one gathers; there is no timer.
 *
 * <p>Owned by one event loop. A batch holds at most {@value #BATCH_MAX} orders, the queue behind it
 * at most {@value #WAITING_MAX}; one more fails at once. Every order of a failed batch fails.
 */
final class GroupCommit {

  static final int BATCH_MAX = 256;
  static final int WAITING_MAX = 16_384;

  /** Writes a batch; succeeds only after the commit was seen. */
  @FunctionalInterface
  interface BatchWriter {
    Future<?> write(List<Entry> batch);
  }

  /** One order on its way into the table. */
  record Entry(UUID id, BareLines lines, Promise<UUID> committed) {}

  private final BatchWriter writer;
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>(BATCH_MAX);
  private boolean inFlight;

  GroupCommit(BatchWriter writer) {
    this.writer = writer;
  }

  /** Takes part in the next batch; {@code entry.committed} ends when that batch does. */
  void add(Entry entry) {
    if (waiting.size() >= WAITING_MAX) {
      entry.committed.fail("queue full: " + WAITING_MAX + " orders wait");
      return;
    }
    waiting.add(entry);
    if (!inFlight) {
      sendNext();
    }
  }

  private void sendNext() {
    int size = Math.min(waiting.size(), BATCH_MAX);
    if (size == 0) {
      return;
    }
    List<Entry> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      batch.add(waiting.remove());
    }
    inFlight = true;
    writer.write(batch).onComplete(written -> end(batch, written.cause()));
  }

  /** The next batch leaves first, so that Postgres works while the answers are written. */
  private void end(List<Entry> batch, @Nullable Throwable failure) {
    inFlight = false;
    sendNext();
    for (Entry entry : batch) {
      if (failure == null) {
        entry.committed.complete(entry.id);
      } else {
        entry.committed.fail(failure);
      }
    }
  }
}
