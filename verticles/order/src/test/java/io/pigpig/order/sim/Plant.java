package io.pigpig.order.sim;

/** Bugs that a simulation can be given, to prove that its checker sees them. */
enum Plant {
  /** The order is acknowledged when its transaction is sent. */
  ACK_BEFORE_COMMIT,
  /** A commit that was not seen is taken for one that failed, and nothing is fenced. */
  UNKNOWN_COMMIT_IS_FAILURE,
  /** A commit that was not seen is taken for one that succeeded. */
  UNKNOWN_COMMIT_IS_SUCCESS,
  /** Postgres restarts without the commits of its last moments. */
  COMMIT_NOT_DURABLE,
  /** There is no unique index on customer and key. */
  KEY_INDEX_DROPPED,
  /** A fence answers what is there and leaves no tombstone for what is not. */
  FENCE_WITHOUT_TOMBSTONE,
  /** The replay of a key answers an order that looks like new. */
  REPLAY_IS_FRESH,
  /** A key is remembered for each body, and another body makes another order. */
  REPLAY_IGNORES_BODY,
  /** The ledger promises units that it does not have. */
  ARBITER_DROPPED,
  /** The gate is built, and corrected, from totals and not from what is available. */
  GATE_FROM_TOTALS,
  /** The gate is never compared with the ledger. */
  GATE_NEVER_RECONCILED,
  /** A cancelled order keeps its units. */
  UNITS_NOT_BACK,
  /** A cancelled order gives its units back to the ledger twice. */
  UNITS_BACK_TWICE,
  /** An expired order keeps its hold. */
  HOLD_NOT_BACK,
  /** The sweep takes paid orders as well. */
  EXPIRY_TAKES_PAID,
  /** An order that expires while it is paid does not turn its saga back. */
  EXPIRY_LEAVES_SAGA,
  /** What is written back is not compared with the lease's epoch. */
  NO_EPOCH_FENCE,
  /** A saga whose worker died is never claimed again. */
  LEASE_NEVER_EXPIRES,
  /** Sagas are claimed whether or not they are leased or due. */
  LEASE_IGNORED,
  /** Every attempt to charge has its own key. */
  CHARGE_KEY_PER_ATTEMPT,
  /** Every attempt to book has its own key. */
  BOOKING_KEY_PER_ATTEMPT,
  /** A charge without an answer is taken for one that was declined. */
  TIMEOUT_IS_DECLINE,
  /** A refund that fails is given up. */
  REFUND_NOT_RETRIED,
  /** The order is cancelled before its booking is known to be void, which is then forgotten. */
  WAYBILL_NOT_VOIDED,
  /** A callback hurries also steps that do not ask the peer that it is of. */
  HINT_OF_ANY_STEP,
  /** A change of status leaves no entry in the timeline. */
  EVENT_MISSING
}
