package io.pigpig.order.sim;

import io.pigpig.order.Order;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.StatusChange;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.UuidV7;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The order ledger of one process, on a model of Postgres behind two links, as {@code
 * PostgresOrderLedger} has a writer and a reader.
 */
final class ModelOrderLedger implements OrderLedger {

  private final World world;
  private final ModelPostgres postgres;
  private final Link writer;
  private final Link reader;
  private final UuidV7 freshIds;

  ModelOrderLedger(World world, ModelPostgres postgres, Link writer, Link reader) {
    this.world = world;
    this.postgres = postgres;
    this.writer = writer;
    this.reader = reader;
    this.freshIds = new UuidV7(() -> world.scheduler().trueTime(), world.random());
  }

  @Override
  public Future<List<Outcome>> place(List<NewOrder> batch) {
    Future<List<Outcome>> placed =
        writer
            .call("place " + batch.size(), () -> told(postgres.placing.place(batch)))
            .recover(cause -> all(batch, failed(cause)));
    if (world.has(Plant.ACK_BEFORE_COMMIT) && writer.isUp()) {
      return all(batch, accepted());
    }
    return placed;
  }

  private List<Outcome> told(List<Outcome> outcomes) {
    world.log("placed " + outcomes.stream().map(ModelOrderLedger::name).toList());
    return outcomes;
  }

  private static String name(Outcome outcome) {
    return outcome.getClass().getSimpleName();
  }

  private Outcome failed(Throwable cause) {
    if (cause instanceof LinkDownException) {
      return refused("Postgres is away or busy");
    }
    if (cause instanceof StoreRefusedException) {
      return refused("Postgres refused, " + cause.getMessage());
    }
    if (world.has(Plant.UNKNOWN_COMMIT_IS_FAILURE)) {
      return refused("Postgres is slow");
    }
    return world.has(Plant.UNKNOWN_COMMIT_IS_SUCCESS)
        ? accepted()
        : new Outcome.Unknown(String.valueOf(cause.getMessage()));
  }

  private static Outcome refused(String why) {
    return new Outcome.Refused(new Refusal.Unavailable(why, Refused.RETRY_AFTER));
  }

  private Outcome accepted() {
    return new Outcome.Accepted(
        world.scheduler().trueTime(), world.scheduler().trueTime().plusSeconds(1));
  }

  private static Future<List<Outcome>> all(List<NewOrder> batch, Outcome outcome) {
    return Future.succeededFuture(Collections.nCopies(batch.size(), outcome));
  }

  @Override
  public Future<List<Stored>> fence(List<UUID> orderIds) {
    return reader.call("fence " + orderIds, () -> postgres.placing.fence(orderIds));
  }

  @Override
  public Future<List<Stored>> byKeys(List<CustomerKey> keys) {
    return reader
        .call("by keys " + keys.size(), () -> postgres.placing.byKeys(keys))
        .map(
            found ->
                world.has(Plant.REPLAY_IS_FRESH)
                    ? found.stream().map(this::fresh).toList()
                    : found);
  }

  private Stored fresh(Stored stored) {
    Order order = stored.order();
    Order other =
        new Order(
            freshIds.next(),
            order.customer(),
            order.status(),
            order.lines(),
            order.totalCents(),
            order.createdAt(),
            order.expiresAt());
    return new Stored(other, stored.key(), stored.fingerprint());
  }

  @Override
  public Future<List<Settlement>> settle(List<Settle> batch) {
    String what =
        batch.stream().map(wish -> wish.orderId() + "->" + wish.wanted()).toList().toString();
    return reader.call("settle " + what, () -> logged(postgres.settling.settle(batch)));
  }

  private List<Settlement> logged(List<Settlement> settlements) {
    world.log("settled " + settlements.stream().map(Settlement::kind).toList());
    return settlements;
  }

  @Override
  public Future<@Nullable Order> find(UUID orderId) {
    return reader.<@Nullable Order>call("find " + orderId, () -> postgres.find(orderId));
  }

  @Override
  public Future<List<Order>> list(@Nullable String customer, int limit, @Nullable UUID before) {
    return reader.call("list", () -> postgres.list(customer, limit, before));
  }

  @Override
  public Future<List<StatusChange>> changes(UUID orderId, int afterSequence) {
    return reader.call("changes " + orderId, () -> postgres.changes(orderId, afterSequence));
  }

  @Override
  public Future<Map<UUID, List<StatusChange>>> changes(
      Collection<UUID> orderIds, int afterSequence) {
    return reader.call(
        "changes of many",
        () ->
            orderIds.stream()
                .filter(id -> !postgres.changes(id, afterSequence).isEmpty())
                .collect(
                    Collectors.toMap(
                        id -> id,
                        id -> postgres.changes(id, afterSequence),
                        (a, b) -> a,
                        TreeMap::new)));
  }

  @Override
  public Future<Expired> expireSome() {
    return reader.call(
        "expire",
        () -> {
          Expired expired = postgres.expiry.sweep();
          if (expired.orders() > 0) {
            world.log("expired " + expired.orders() + " units " + new TreeMap<>(expired.units()));
          }
          return expired;
        });
  }
}
