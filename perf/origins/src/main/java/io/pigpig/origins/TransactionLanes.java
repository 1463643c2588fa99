package io.pigpig.origins;

import io.pigpig.edge.wiring.Choices.Site;
import io.pigpig.edge.wiring.OrderStore;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * So many connections of the reactive client, and on each one order's transaction at a time. Owned
 * by one event loop.
 */
final class TransactionLanes implements OrderStore {

  private final List<PgLink> links = new ArrayList<>();
  private final Deque<OrderTransaction> free = new ArrayDeque<>();
  private final OrderLedger ledger;

  /**
   * @param reader that reads are made by
   */
  TransactionLanes(Site site, PgLink reader) {
    for (int i = 0; i < Origins.TRANSACTIONS_MAX; i++) {
      PgLink link =
          new PgLink(
              site.vertx(),
              site.postgresUrl(),
              "order-writer-" + site.number() + "-" + i,
              site.settings().postgres(),
              site.random());
      links.add(link);
      free.add(new OrderTransaction(link, site.settings().order().paymentWindow()));
    }
    PostgresOrderLedger rest =
        new PostgresOrderLedger(links.getFirst(), reader, site.settings().order());
    ledger = new OtherwisePlaced(rest, this::place, Origins.TRANSACTIONS_MAX);
  }

  private Future<List<Outcome>> place(List<NewOrder> batch) {
    OrderTransaction lane = free.pop();
    List<Outcome> outcomes = new ArrayList<>(batch.size());
    Future<Boolean> all = Future.succeededFuture(true);
    for (NewOrder entry : batch) {
      all = all.compose(before -> lane.place(entry)).map(outcomes::add);
    }
    return all.map(outcomes).onComplete(done -> free.push(lane));
  }

  @Override
  public Future<Void> open() {
    return Future.all(links.stream().map(PgLink::open).toList()).mapEmpty();
  }

  @Override
  public boolean isUp() {
    return links.stream().anyMatch(PgLink::isUp);
  }

  @Override
  public OrderLedger ledger() {
    return ledger;
  }

  @Override
  public Future<Void> close() {
    return Future.join(links.stream().map(PgLink::close).toList()).mapEmpty();
  }
}
