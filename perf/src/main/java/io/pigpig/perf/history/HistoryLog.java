package io.pigpig.perf.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What clients asked and what they were told, per Idempotency-Key: invoke, then ok, fail or
 * unknown.
 *
 * <p>Thread-safe; grows by one entry a key, so the load that feeds it is bounded.
 */
public final class HistoryLog {

  /** How the last attempt of a key ended. */
  public enum Outcome {
    INVOKED,
    OK,
    FAILED,
    UNKNOWN
  }

  /**
   * All attempts of one key.
   *
   * @param units asked for, by SKU
   * @param orderIds every order id the key was ever acknowledged with
   * @param promised the last status change that its customer was told of
   */
  public record Entry(
      String key,
      Map<String, Integer> units,
      Outcome last,
      List<String> orderIds,
      Promised promised) {
    public Entry {
      units = Map.copyOf(units);
      orderIds = List.copyOf(orderIds);
    }

    private Entry ended(Outcome outcome, List<String> ids) {
      return new Entry(key, units, outcome, ids, promised);
    }
  }

  /** What became of an order after it was placed, as its customer was told. */
  public enum Promised {
    NOTHING,
    PAID,
    CANCELLED
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Before the request leaves. */
  public synchronized void invoke(String key, Map<String, Integer> units) {
    Entry known = entries.get(key);
    entries.put(
        key,
        known == null
            ? new Entry(key, units, Outcome.INVOKED, List.of(), Promised.NOTHING)
            : known.ended(Outcome.INVOKED, known.orderIds()));
  }

  /** A 201 was read to its end. */
  public synchronized void ok(String key, String orderId) {
    TreeSet<String> ids = new TreeSet<>(entry(key).orderIds());
    ids.add(orderId);
    end(key, Outcome.OK, new ArrayList<>(ids));
  }

  /** A refusal that says nothing was placed. */
  public synchronized void fail(String key) {
    end(key, Outcome.FAILED, entry(key).orderIds());
  }

  /** No answer, or one that says the outcome is unknown. */
  public synchronized void unknown(String key) {
    end(key, Outcome.UNKNOWN, entry(key).orderIds());
  }

  /** A payment or a cancellation was answered with 200. */
  public synchronized void promise(String key, Promised promised) {
    Entry entry = entry(key);
    entries.put(key, new Entry(key, entry.units(), entry.last(), entry.orderIds(), promised));
  }

  public synchronized List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** Keys that must be asked again before anything can be said of them. */
  public List<Entry> unresolved() {
    return entries().stream()
        .filter(e -> e.last() == Outcome.UNKNOWN || e.last() == Outcome.INVOKED)
        .toList();
  }

  public synchronized int size() {
    return entries.size();
  }

  private void end(String key, Outcome outcome, List<String> ids) {
    entries.put(key, entry(key).ended(outcome, ids));
  }

  private Entry entry(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalStateException("key " + key + " ended but was never invoked");
    }
    return entry;
  }
}
