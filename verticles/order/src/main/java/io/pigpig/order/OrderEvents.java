package io.pigpig.order;

import java.util.List;

/** Tells whoever listens what became of orders. Bound to the event loop of its caller. */
public interface OrderEvents {

  /**
   * The changes of one commit: each at least once; {@link StatusChange#sequence} tells order and
   * doubles.
   */
  void statusChanged(List<Outbox.Changed> changes);
}
