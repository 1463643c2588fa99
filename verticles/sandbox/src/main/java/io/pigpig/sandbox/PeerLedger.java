package io.pigpig.sandbox;

import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has done, by key. A key goes through DONE or REFUSED once, and from there or from
 * nothing to UNDONE or VOIDED, once: whoever comes second finds what the first one left. Answers
 * wait until the entry is on the disk; entries that gather meanwhile share one write.
 *
 * <p>Holds every entry in memory, up to {@code entriesMax}. Owned by one event loop.
 */
final class PeerLedger {

  /** Bounds what the sandbox may hold. */
  private final int entriesMax;

  private final PeerKind kind;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Entry> byKey = new HashMap<>();
  private final Map<Long, Promise<Entry>> unwritten = new HashMap<>();
  private final NaturalBatcher<Entry> writer;
  private Runnable news = () -> {};

  /**
   * @param write puts entries on the disk, elsewhere
   */
  PeerLedger(
      PeerKind kind,
      List<Entry> kept,
      SandboxSettings settings,
      Executor loop,
      Function<List<Entry>, Future<?>> write) {
    this.kind = kind;
    this.entriesMax = settings.entriesMax();
    kept.forEach(this::enter);
    this.writer =
        new NaturalBatcher<>(
            1024,
            entriesMax,
            loop,
            new BatchWork<>(batch -> write.apply(batch).map(done -> written(batch)), this::failed));
  }

  /** Runs the listener whenever entries have come to the disk. */
  void onDurable(Runnable listener) {
    news = listener;
  }

  private void enter(Entry entry) {
    entries.add(entry);
    byKey.put(entry.key(), entry);
  }

  /** Whether one more entry fits. */
  boolean hasRoom() {
    return entries.size() < entriesMax;
  }

  /** Whether a key can be taken back: one more entry fits, or none is needed. */
  boolean hasRoomToUndo(String key) {
    Entry known = byKey.get(key);
    return hasRoom() || (known != null && !known.status().equals(kind.done));
  }

  /** What the key has become, or null. */
  @Nullable Entry find(String key) {
    return byKey.get(key);
  }

  /** Does it, or finds what the key already is. {@code wanted} has no sequence and no status. */
  Future<Entry> make(Entry wanted, boolean refused) {
    Entry known = byKey.get(wanted.key());
    if (known != null) {
      return durable(known);
    }
    return add(wanted.become(entries.size() + 1L, refused ? kind.refused : kind.done));
  }

  /** Takes it back, or makes sure that it never happens. */
  Future<Entry> undo(String key) {
    Entry known = byKey.get(key);
    long next = entries.size() + 1L;
    if (known == null) {
      return add(new Entry(next, key, "", PeerKind.VOIDED, "", 0, ""));
    }
    if (known.status().equals(kind.done)) {
      return add(known.become(next, kind.undone));
    }
    return durable(known);
  }

  /** Entries after a sequence, oldest first. */
  List<Entry> after(long sequence, int limit) {
    int from = (int) Math.min(sequence, entries.size());
    int until = Math.min(entries.size(), from + limit);
    // What is not on the disk yet could be gone after a crash.
    while (until > from && unwritten.containsKey(entries.get(until - 1).sequence())) {
      until--;
    }
    return entries.subList(from, until);
  }

  private Future<Entry> add(Entry entry) {
    enter(entry);
    Promise<Entry> promise = Promise.promise();
    unwritten.put(entry.sequence(), promise);
    if (!writer.offer(entry)) {
      throw new IllegalStateException("more entries wait than the ledger can hold");
    }
    return promise.future();
  }

  private Future<Entry> durable(Entry entry) {
    Promise<Entry> promise = unwritten.get(entry.sequence());
    return promise == null ? Future.succeededFuture(entry) : promise.future();
  }

  private List<Entry> written(List<Entry> batch) {
    for (Entry entry : batch) {
      Promise<Entry> promise = unwritten.remove(entry.sequence());
      if (promise != null) {
        promise.complete(entry);
      }
    }
    news.run();
    return batch;
  }

  /** Memory and disk differ from here on; only a new start from the disk is right. */
  private void failed(List<Entry> batch, Throwable cause) {
    for (Entry entry : batch) {
      Promise<Entry> promise = unwritten.get(entry.sequence());
      if (promise != null) {
        promise.tryFail(cause);
      }
    }
  }
}
