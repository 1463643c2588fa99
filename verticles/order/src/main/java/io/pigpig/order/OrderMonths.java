package io.pigpig.order;

import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The months that orders stand in: made ahead, and retired when they are old. Any number of
 * processes may tend them at once.
 */
public interface OrderMonths {

  /**
   * Makes what is missing and retires a bounded number of orders; fails with the link's exceptions,
   * and may be repeated.
   */
  Future<Tended> tend();

  /**
   * What one turn did.
   *
   * @param retired the month whose orders are not found any more from now on
   * @param more whether the next turn has work already
   * @param heldUpBy the order that is not at its end and holds a month up
   * @param strays orders of no month, up to 1000; they are served like all others
   */
  record Tended(
      int made, @Nullable LocalDate retired, boolean more, @Nullable UUID heldUpBy, int strays) {}
}
