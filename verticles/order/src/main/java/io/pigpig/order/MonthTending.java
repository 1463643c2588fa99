package io.pigpig.order;

import io.pigpig.order.OrderMonths.Tended;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tends the months of orders turn by turn, and says what it did and what it could not do. */
public final class MonthTending {

  private static final Logger log = LoggerFactory.getLogger(MonthTending.class);

  private final OrderMonths months;

  public MonthTending(OrderMonths months) {
    this.months = months;
  }

  /** One turn; answers whether the next has work already. */
  public Future<Boolean> tend() {
    return months.tend().map(MonthTending::tell);
  }

  private static boolean tell(Tended tended) {
    if (tended.made() > 0) {
      log.info("made {} partitions for orders", tended.made());
    }
    if (tended.retired() != null) {
      log.info("retired the orders of the month of {}", tended.retired());
    }
    if (tended.heldUpBy() != null) {
      log.warn("order {} is not at its end and keeps its month", tended.heldUpBy());
    }
    if (tended.strays() > 0) {
      log.warn("{} orders stand in no month; they are served like all others", tended.strays());
    }
    return tended.more();
  }
}
