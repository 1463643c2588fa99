package io.pigpig.order.sim;

import io.pigpig.order.PeerHint;
import io.pigpig.order.Saga;
import io.pigpig.order.SagaAction;
import io.pigpig.order.SagaLedger;
import io.pigpig.order.SagaStep;
import io.pigpig.order.SagaView;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The saga ledger of one process, on a model of Postgres. The repair console, which no simulated
 * person uses, finds nothing.
 */
final class ModelSagaLedger implements SagaLedger {

  private final World world;
  private final ModelPostgres postgres;
  private final Link link;

  ModelSagaLedger(World world, ModelPostgres postgres, Link link) {
    this.world = world;
    this.postgres = postgres;
    this.link = link;
  }

  @Override
  public Future<List<Begun>> begin(List<BeginPayment> batch) {
    String ids = batch.stream().map(BeginPayment::orderId).toList().toString();
    return link.call(
        "begin " + ids,
        () -> {
          List<Begun> begun = postgres.sagas.begin(batch);
          world.log("begun " + begun.stream().map(b -> b.getClass().getSimpleName()).toList());
          return begun;
        });
  }

  @Override
  public Future<List<Saga>> claim(int most) {
    return link.call(
        "claim",
        () -> {
          List<Saga> claimed = postgres.sagas.claim(most);
          claimed.forEach(
              saga -> world.log("claimed " + saga.orderId() + " " + saga.step() + saga.epoch()));
          return claimed;
        });
  }

  @Override
  public Future<Boolean> retry(Saga saga, Duration later, String why) {
    if (world.has(Plant.REFUND_NOT_RETRIED) && saga.step() == SagaStep.REFUND) {
      return advance(saga, SagaStep.ENDED, why);
    }
    return link.call(
        "retry " + saga.orderId() + " " + saga.step() + saga.epoch(),
        () -> postgres.sagas.retry(saga, later));
  }

  @Override
  public Future<Boolean> advance(Saga saga, SagaStep next, String why) {
    return link.call(
        "advance " + saga.orderId() + " " + saga.step() + saga.epoch() + " to " + next,
        () -> postgres.sagas.advance(saga, next));
  }

  @Override
  public Future<List<SagaView>> list(
      SagaView.@Nullable State state, int limit, @Nullable UUID before) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<@Nullable SagaView> find(UUID orderId) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> hurry(UUID orderId) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> hint(List<PeerHint> batch) {
    return link.<@Nullable Void>call(
            "hint " + batch,
            () -> {
              postgres.sagas.hint(batch);
              return null;
            })
        .mapEmpty();
  }

  @Override
  public Future<UUID> record(SagaView saga, String actor, String action) {
    return Future.failedFuture("the console is not simulated");
  }

  @Override
  public Future<Void> conclude(UUID action, String outcome, SagaView after) {
    return Future.failedFuture("the console is not simulated");
  }

  @Override
  public Future<List<SagaAction>> actions(UUID orderId) {
    return Future.succeededFuture(List.of());
  }
}
