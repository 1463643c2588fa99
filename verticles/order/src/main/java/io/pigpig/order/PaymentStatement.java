package io.pigpig.order;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * Our copy of the payment provider's ledger, and where it differs from the orders. Futures fail
 * with the link's exceptions.
 */
public interface PaymentStatement {

  /** What a charge has become. */
  enum Status {
    CHARGED(1),
    REFUNDED(2),
    NOT_TAKEN(3);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    /** As it stands in the table. */
    public int code() {
      return code;
    }
  }

  /**
   * One entry of the provider's ledger.
   *
   * @param payment counts the order's charges, see {@link Saga#payment}
   */
  record Entry(UUID orderId, int payment, Status status, long amountCents) {}

  /**
   * Entries behind a position.
   *
   * @param next the position behind the last entry
   * @param last whether there were no more at the time
   */
  record Page(long from, long next, boolean last, List<Entry> entries) {

    public Page {
      entries = List.copyOf(entries);
    }
  }

  /** Where the provider's ledger is read. A future that fails says nothing of it. */
  @FunctionalInterface
  interface Provider {

    /** What stands behind a position, oldest first, without what has none of our keys. */
    Future<Page> statement(long after);
  }

  /** The position to read on from. */
  Future<Long> position();

  /**
   * Enters a page that was asked for some time ago.
   *
   * @return false when another process entered it first
   */
  Future<Boolean> enter(Page page, long askedMillisAgo);

  /**
   * Charges that sell nothing and are to be given back, by the provider's key: of those that came
   * since the last look, and of the next few of all that there are.
   */
  Future<List<String>> strays(int most);
}
