package io.pigpig.order;

import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the stores whether the stack's invariants hold. */
public interface Audit {

  /**
   * One invariant and how many rows break it.
   *
   * @param name kebab case, such as {@code held-equals-open-orders}
   * @param note what a number cannot say, such as that nothing is known and since when; null
   *     without
   */
  record Check(String name, long violations, @Nullable String note) {

    public Check(String name, long violations) {
      this(name, violations, null);
    }
  }

  /** Every check; the audit is ok when each has 0 violations. Refused with {@code UNAVAILABLE}. */
  Future<List<Check>> run();
}
