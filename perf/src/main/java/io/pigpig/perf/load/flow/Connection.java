package io.pigpig.perf.load.flow;

/** A connection to the target. Owned by the event loop; what it sees it tells its events. */
public interface Connection {

  /** Whether it can send another request now. */
  boolean hasRoom();

  /** Sends a request; it ends once, by an event or by {@link #abandon}. */
  void send(Request request);

  /** Forgets a request that it has sent: whatever still comes for it belongs to nobody. */
  void abandon(Request request);

  /** Ends it, with whatever is under way. */
  void close();
}
