package io.pigpig.order;

import java.util.UUID;

/** Tells whoever listens what became of an order. Bound to the event loop of its caller. */
public interface OrderEvents {

  /** At least once a change; {@link StatusChange#sequence} tells their order and doubles. */
  void statusChanged(UUID orderId, StatusChange change);
}
