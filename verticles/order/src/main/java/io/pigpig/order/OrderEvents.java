package io.pigpig.order;

/** Tells whoever listens what became of orders. Bound to the event loop of its caller. */
public interface OrderEvents {

  /**
   * The changes of one commit to one status: each at least once; {@link Outbox.Changed#sequence}
   * tells order and doubles.
   */
  void statusChanged(Outbox.Entry entry);
}
