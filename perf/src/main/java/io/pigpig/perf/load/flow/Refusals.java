package io.pigpig.perf.load.flow;

import java.util.Set;

/** What a refusal's code means to the one who asked. */
final class Refusals {

  private static final Set<String> REFUSED_FOR_NOW =
      Set.of(
          "RATE_LIMITED",
          "OVERLOADED",
          "UNAVAILABLE",
          "OUTCOME_UNKNOWN",
          "REQUEST_IN_FLIGHT",
          "HTTP_429",
          "HTTP_503",
          "GRPC_UNAVAILABLE",
          "GRPC_RESOURCE_EXHAUSTED");
  private static final Set<String> OPEN =
      Set.of("OUTCOME_UNKNOWN", "REQUEST_IN_FLIGHT", "INTERNAL");

  private Refusals() {}

  /** Whether the contract says to send the request again, with the same key. */
  static boolean isForNow(String code) {
    return REFUSED_FOR_NOW.contains(code);
  }

  /**
   * Whether the order may have been placed all the same; so with whatever is not of the contract.
   */
  static boolean leavesOpen(String code) {
    return OPEN.contains(code) || code.startsWith("HTTP_5") || code.startsWith("GRPC_");
  }
}
