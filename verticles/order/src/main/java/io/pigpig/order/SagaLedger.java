package io.pigpig.order;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where sagas are durable, and who may work on one: a lease with an epoch, counted and timed by
 * Postgres alone. Futures fail with the link's exceptions.
 */
public interface SagaLedger {

  /** Asks that a payment of an order begin; a null customer may pay any order. */
  record BeginPayment(UUID orderId, @Nullable String customer, String token) {}

  /** What became of it. */
  sealed interface Begun {

    /** The caller holds the lease and charges next. */
    record Leased(Saga saga) implements Begun {}

    record PaidAlready(Order order) implements Begun {}

    record NotPayable(OrderStatus status) implements Begun {}

    /** Another payment of the order is under way. */
    record UnderWay() implements Begun {}

    record NotFound() implements Begun {}
  }

  /** Begins payments in one transaction; ids ascending and each once. One answer an entry. */
  Future<List<Begun>> begin(List<BeginPayment> batch);

  /** Leases up to {@code most} sagas whose step is due, the longest due first. */
  Future<List<Saga>> claim(int most);

  /** Hands the lease back, to be tried again later. False when the lease was lost. */
  Future<Boolean> retry(Saga saga, Duration later, String why);

  /** Goes on to a step that changes nothing of the order. False when the lease was lost. */
  Future<Boolean> advance(Saga saga, SagaStep next, String why);

  /** As {@link SagaConsole#list}. */
  Future<List<SagaView>> list(SagaView.@Nullable State state, int limit, @Nullable UUID before);

  /** The order's saga, or null. */
  Future<@Nullable SagaView> find(UUID orderId);

  /** Makes the step of a saga that nobody holds due now, as if it had never failed. */
  Future<Void> hurry(UUID orderId);

  /**
   * Looks earlier at the sagas that hints are of, each peer's where the next step asks that peer.
   * One that nobody holds is due now; one that is held is due again when it is handed back. A hint
   * that is no news, of no saga, or of one that is locked just now changes nothing.
   */
  Future<Void> hint(List<PeerHint> batch);

  /** Records that an operator is about to act on a saga; answers the action's id. */
  Future<UUID> record(SagaView saga, String actor, String action);

  /**
   * Records what came of an action.
   *
   * @param outcome {@link SagaAction#ACCEPTED} or the code of a refusal
   */
  Future<Void> conclude(UUID action, String outcome, SagaView after);

  /** What operators did to a saga, the latest 100, newest first. */
  Future<List<SagaAction>> actions(UUID orderId);
}
