package io.pigpig.perf.load.record;

/** Why a request has no answer. */
public enum Failure {
  /** None came in time. */
  TIMEOUT,
  /** The connection ended before it came. */
  CONNECTION,
  /** It was not sent, because too many were under way. */
  IN_FLIGHT
}
