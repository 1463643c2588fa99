package io.pigpig.order.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A payment provider or a carrier: what it was asked to do, by key, once and for ever. Restarts
 * forget nothing.
 */
final class ModelPeer {

  /** What a key has become. */
  enum State {
    DONE,
    /** Refused for good. */
    REFUSED,
    /** Done, and taken back. */
    UNDONE,
    /** Taken back before it was done: it never will be. */
    VOIDED
  }

  /** One key. */
  record Entry(String key, String orderId, long amount, State state) {}

  private final NavigableMap<String, Entry> entries = new TreeMap<>();
  private ObjLongConsumer<Entry> told = (entry, sequence) -> {};
  private long sequence;
  private int errorPercent;
  private int refusePercent;

  /** How often it fails before it has done anything, and how often it refuses for good. */
  void behave(int errors, int refusals) {
    errorPercent = errors;
    refusePercent = refusals;
  }

  /** Hears of every entry that is made, with its number. */
  void onEntry(ObjLongConsumer<Entry> listener) {
    told = listener;
  }

  private void enter(Entry entry) {
    entries.put(entry.key(), entry);
    told.accept(entry, ++sequence);
  }

  /** Does it, or finds what the key already is. */
  Entry make(World world, Entry wanted) {
    failNowAndThen(world);
    Entry known = entries.get(wanted.key());
    if (known != null) {
      return known;
    }
    boolean refused = wanted.state() == State.REFUSED || world.chance(refusePercent);
    Entry made =
        new Entry(
            wanted.key(), wanted.orderId(), wanted.amount(), refused ? State.REFUSED : State.DONE);
    enter(made);
    return made;
  }

  /** Takes it back, or makes sure that it never happens. */
  @Nullable Void undo(World world, String key) {
    failNowAndThen(world);
    Entry known = entries.get(key);
    if (known == null) {
      enter(new Entry(key, "", 0, State.VOIDED));
    } else if (known.state() == State.DONE) {
      enter(new Entry(key, known.orderId(), known.amount(), State.UNDONE));
    }
    return null;
  }

  private void failNowAndThen(World world) {
    if (world.chance(errorPercent)) {
      throw new StoreRefusedException("500");
    }
  }

  /** What was done for an order and not taken back. */
  List<Entry> standing(String orderId) {
    List<Entry> standing = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.state() == State.DONE && entry.orderId().equals(orderId)) {
        standing.add(entry);
      }
    }
    return standing;
  }

  List<Entry> entries() {
    return List.copyOf(entries.values());
  }
}
