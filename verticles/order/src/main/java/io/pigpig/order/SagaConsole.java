package io.pigpig.order;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can see and do about sagas. Every action is recorded with who took it before it
 * is taken, and with its outcome afterwards. Bound to one event loop; futures fail with a {@code
 * RefusedException}.
 */
public interface SagaConsole {

  int LIMIT_MAX = 100;

  /**
   * Sagas, the latest orders first.
   *
   * @param state null for all that have not ended
   * @param limit 1 to {@value #LIMIT_MAX}
   * @param before sagas of orders older than this id only; null for the newest
   */
  Future<List<SagaView>> list(SagaView.@Nullable State state, int limit, @Nullable UUID before);

  /** A saga with what operators did to it, the latest 100 actions, newest first. */
  record History(SagaView saga, List<SagaAction> actions) {

    public History {
      actions = List.copyOf(actions);
    }
  }

  /** One saga with its history. Refused with {@code NOT_FOUND}. */
  Future<History> show(UUID orderId);

  /**
   * Makes the saga's step due now and forgets its failed attempts; one that a worker holds just now
   * is left to it. Refused with {@code NOT_FOUND} or {@code SAGA_ENDED}.
   */
  Future<SagaView> retry(UUID orderId, String actor);

  /**
   * Cancels the order, also in production, and lets the saga take its effects back. Refused with
   * {@code NOT_FOUND}, {@code SAGA_ENDED} or {@code ORDER_NOT_CANCELLABLE}.
   */
  Future<SagaView> cancel(UUID orderId, String actor);
}
