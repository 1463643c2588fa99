package io.pigpig.order;

/** Takes what peers say of orders. Bound to one event loop. */
@FunctionalInterface
public interface PeerHints {

  /**
   * Takes the hint, also of an order that there is not. It is written soon, and lost if the process
   * dies first: whoever works on the order looks again by itself.
   *
   * @return false when no more are taken now
   */
  boolean offer(PeerHint hint);
}
