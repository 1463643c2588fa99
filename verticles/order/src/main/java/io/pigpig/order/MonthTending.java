package io.pigpig.order;

import io.pigpig.order.OrderMonths.Made;
import io.pigpig.order.OrderMonths.Retired;
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

  /**
   * One turn; answers whether the next has work already. Making and retiring have a transaction
   * each, and the second has its turn also when the first failed.
   */
  public Future<Boolean> tend() {
    Future<Made> made = months.make().onSuccess(MonthTending::tell);
    return made.transform(ended -> months.retire())
        .onSuccess(MonthTending::tell)
        .compose(retired -> made.map(retired.more()));
  }

  private static void tell(Made made) {
    if (made.partitions() > 0) {
      log.info("made {} partitions for orders", made.partitions());
    }
    if (made.strays() > 0) {
      log.warn("{} orders stand in no month; they are served like all others", made.strays());
    }
  }

  private static void tell(Retired retired) {
    if (retired.month() != null) {
      log.info("retired the orders of the month of {}", retired.month());
    }
    if (retired.heldUpBy() != null) {
      log.warn("order {} is not at its end and keeps its month", retired.heldUpBy());
    }
  }
}
