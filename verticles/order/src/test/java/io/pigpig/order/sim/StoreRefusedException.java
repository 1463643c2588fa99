package io.pigpig.order.sim;

/** A model of a store or a peer says no, and has done nothing. */
final class StoreRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoreRefusedException(String message) {
    super(message, null, false, false);
  }
}
