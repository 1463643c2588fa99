package io.pigpig.order;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A saga as the repair console shows it. One component a column.
 *
 * @param owner who holds the lease; empty for nobody
 * @param error what the last failed attempt said, or why the saga took this way
 */
public record SagaView(
    UUID orderId,
    OrderStatus orderStatus,
    SagaStep step,
    State state,
    int attempts,
    String owner,
    @Nullable Instant leaseUntil,
    Instant dueAt,
    @Nullable String waybill,
    @Nullable String error,
    Instant begunAt,
    Instant changedAt,
    long epoch) {

  /** How a saga fares. */
  public enum State {
    RUNNING,
    /** A compensation that failed often; it is still tried, and somebody should look. */
    PARKED,
    ENDED
  }
}
