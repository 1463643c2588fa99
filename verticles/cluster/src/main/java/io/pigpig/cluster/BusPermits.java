package io.pigpig.cluster;

import io.pigpig.cluster.ClusterSettings.BusSettings;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Permits of messages to other processes, so many to each. The event bus writes without asking
 * whether there is room, so what has no permit must not be written: a process that reads slowly
 * would fill this one's memory.
 *
 * <p>A permit is out for as long as the bus keeps its message, however long that is, and a process
 * is remembered for as long as one of its permits is out. Owned by one event loop, but for the
 * counts.
 */
final class BusPermits {

  private final BusSettings settings;
  private final Ticker ticker;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final AtomicInteger out = new AtomicInteger();
  private final AtomicLong refusals = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();

  BusPermits(BusSettings settings, Ticker ticker) {
    this.settings = settings;
    this.ticker = ticker;
  }

  /** The messages that are under way to one process, the oldest first. */
  private final class Lane {

    private final String process;
    private final Deque<Permit> underWay = new ArrayDeque<>();

    Lane(String process) {
      this.process = process;
    }

    boolean isFull() {
      return underWay.size() >= settings.permits();
    }

    boolean isSlow() {
      Permit oldest = underWay.peek();
      return oldest != null && ticker.nanos() - oldest.takenNanos >= settings.slowAfter().toNanos();
    }

    Permit take() {
      Permit permit = new Permit(this, ticker.nanos());
      underWay.add(permit);
      out.incrementAndGet();
      return permit;
    }
  }

  /** Leave for one message to one process. */
  final class Permit {

    private final Lane lane;
    private final long takenNanos;

    private Permit(Lane lane, long takenNanos) {
      this.lane = lane;
      this.takenNanos = takenNanos;
    }

    String process() {
      return lane.process;
    }

    /** Once is enough; again changes nothing. */
    void giveBack() {
      if (lane.underWay.remove(this)) {
        out.decrementAndGet();
        if (lane.underWay.isEmpty()) {
          lanes.remove(lane.process, lane);
        }
      }
    }
  }

  /**
   * Takes a permit for each of these processes. One that has none left, and has not taken its
   * messages for {@link BusSettings#slowAfter}, is passed over: it misses this one, and the others
   * do not wait for it.
   *
   * @throws RefusedException when a process has none left for the moment; then none was taken
   */
  List<Permit> takeEach(List<String> processes) {
    List<String> free = new ArrayList<>(processes.size());
    for (String process : processes) {
      Lane lane = lanes.get(process);
      if (lane == null || !lane.isFull()) {
        free.add(process);
      } else if (!lane.isSlow()) {
        throw refused("event bus to " + process);
      }
    }
    missed.addAndGet(processes.size() - free.size());
    return free.stream().map(process -> lanes.computeIfAbsent(process, Lane::new).take()).toList();
  }

  private RefusedException refused(String what) {
    refusals.incrementAndGet();
    return new RefusedException(new Refusal.Overloaded(what, Refused.RETRY_AFTER));
  }

  /** Messages to one process that are under way now; on the owner's loop. */
  int underWay(String process) {
    Lane lane = lanes.get(process);
    return lane == null ? 0 : lane.underWay.size();
  }

  /** Messages to all processes that are under way now. Any thread. */
  int underWay() {
    return out.get();
  }

  /** How often there was no permit, since the start. Any thread. */
  long refusals() {
    return refusals.get();
  }

  /** Messages that processes missed because they did not take those before, since the start. */
  long missed() {
    return missed.get();
  }
}
