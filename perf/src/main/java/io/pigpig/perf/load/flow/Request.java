package io.pigpig.perf.load.flow;

import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Share;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request from its intended time to its end, used again for another one afterwards. Owned by the
 * event loop.
 */
public final class Request {

  /** Where it is. */
  enum State {
    /** For a free connection. */
    WAITING,
    /** On its way, or being answered. */
    SENT,
    /** Until it is sent once more. */
    PAUSED
  }

  private final List<Item> items = new ArrayList<>(1);
  private Share share;
  private int shareIndex;
  private int size;
  private long intendedNanos;
  private long resumeNanos;
  private int attempts;
  private State state = State.WAITING;
  private @Nullable Place place;
  // Its neighbours among the deadlines.
  @Nullable Request earlier;
  @Nullable Request later;

  Request(Share share) {
    this.share = share;
  }

  void begin(Share chosen, int index, long intended) {
    share = chosen;
    shareIndex = index;
    size = orders(chosen);
    intendedNanos = intended;
    attempts = 0;
    waits();
    while (items.size() < size) {
      items.add(new Item());
    }
  }

  /** How many orders, or questions, a request of a share is. */
  static int orders(Share share) {
    return share.kind() == Kind.ORDER_BATCH ? share.batch() : 1;
  }

  public Share share() {
    return share;
  }

  /** Of its share in the plan's mix. */
  public int shareIndex() {
    return shareIndex;
  }

  /** Orders of this attempt; 1 for everything that is no batch. */
  public int size() {
    return size;
  }

  public Item item(int index) {
    return items.get(index);
  }

  /** Goes on with those at the first {@code count} places only. */
  void keep(int count) {
    size = count;
  }

  /** So that an item that is to be kept can stand before those that are not. */
  void swap(int index, int other) {
    Item moved = items.get(index);
    items.set(index, items.get(other));
    items.set(other, moved);
  }

  long intendedNanos() {
    return intendedNanos;
  }

  State state() {
    return state;
  }

  /** How often it was sent. */
  int attempts() {
    return attempts;
  }

  void sent(Place over) {
    attempts++;
    state = State.SENT;
    place = over;
  }

  void waits() {
    state = State.WAITING;
    place = null;
  }

  void pausesUntil(long nanos) {
    state = State.PAUSED;
    place = null;
    resumeNanos = nanos;
  }

  long resumeNanos() {
    return resumeNanos;
  }

  /** The connection it is sent over; null while it is not. */
  @Nullable Place place() {
    return place;
  }
}
