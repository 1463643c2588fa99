package io.pigpig.order;

import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The months that orders stand in: made ahead, and retired when they are old. Any number of
 * processes may tend them at once. Futures fail with the link's exceptions; each call may be
 * repeated.
 */
public interface OrderMonths {

  /** Makes what is missing. */
  Future<Made> make();

  /** Retires a bounded number of orders, and their month after the last of them. */
  Future<Retired> retire();

  /**
   * What was made.
   *
   * @param strays orders of no month, up to 1000; they are served like all others
   */
  record Made(int partitions, int strays) {}

  /**
   * What was retired.
   *
   * @param month whose orders are not found any more from now on
   * @param more whether the next turn has work already
   * @param heldUpBy the order that is not at its end and holds a month up
   */
  record Retired(@Nullable LocalDate month, boolean more, @Nullable UUID heldUpBy) {}
}
