package io.pigpig.edge.wiring;

import io.pigpig.order.OrderLedger;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;

/** One statement a batch of orders, over one connection of the loop's own that waits for nobody. */
final class PipelinedOrderStore implements OrderStore {

  private final PgLink writer;
  private final OrderLedger ledger;

  /**
   * @param reader that reads are made by
   */
  PipelinedOrderStore(Choices.Site site, PgLink reader) {
    writer =
        new PgLink(
            site.vertx(),
            site.postgresUrl(),
            "order-writer-" + site.number(),
            site.settings().postgres(),
            site.random());
    ledger = new PostgresOrderLedger(writer, reader, site.settings().order());
  }

  @Override
  public Future<Void> open() {
    return writer.open();
  }

  @Override
  public boolean isUp() {
    return writer.isUp();
  }

  @Override
  public OrderLedger ledger() {
    return ledger;
  }

  @Override
  public Future<Void> close() {
    return writer.close();
  }
}
