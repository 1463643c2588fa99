package io.pigpig.order;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator did to a saga through the repair console. One component a column.
 *
 * @param actor who it was, as the operator's token says; up to 64 characters
 * @param action {@code retry} or {@code cancel}
 * @param before where the saga and its order were when it was asked for
 * @param outcome {@code ACCEPTED}, the code of the refusal, or null: what came of it was not seen
 * @param after where they were afterwards; null without an outcome
 */
public record SagaAction(
    Instant at,
    String actor,
    String action,
    Place before,
    @Nullable String outcome,
    @Nullable Place after) {

  public static final String ACCEPTED = "ACCEPTED";

  /** Where a saga and its order are. */
  public record Place(OrderStatus orderStatus, SagaStep step) {

    static Place of(SagaView saga) {
      return new Place(saga.orderStatus(), saga.step());
    }
  }
}
