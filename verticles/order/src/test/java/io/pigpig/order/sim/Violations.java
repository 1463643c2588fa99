package io.pigpig.order.sim;

import java.util.ArrayList;
import java.util.List;

/** The promises that a run broke. */
final class Violations {

  /** The promises, as the invariants of the reliability rules. */
  enum Invariant {
    I1_ACKNOWLEDGED_ORDERS_EXIST,
    I2_NEVER_OVERSOLD,
    I3_NO_HOLD_LEFT_AND_NO_DRIFT,
    I4_ONE_ORDER_A_KEY,
    I5_TERMINAL_AND_CHARGED_ONCE,
    I6_NO_REJECTED_ORDER
  }

  /** A promise that was broken, and by what. */
  record Violation(Invariant invariant, String what) {}

  private final List<Violation> found = new ArrayList<>();

  void when(boolean broken, Invariant invariant, String what) {
    if (broken) {
      found.add(new Violation(invariant, what));
    }
  }

  List<Violation> found() {
    return List.copyOf(found);
  }
}
