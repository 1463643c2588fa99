package io.pigpig.order;

import io.vertx.core.Future;
import java.util.List;

/** Asks the stores whether the stack's invariants hold. */
public interface Audit {

  /**
   * One invariant and how many rows break it.
   *
   * @param name kebab case, such as {@code held-equals-open-orders}
   */
  record Check(String name, long violations) {}

  /** Every check; the audit is ok when each has 0 violations. Refused with {@code UNAVAILABLE}. */
  Future<List<Check>> run();
}
