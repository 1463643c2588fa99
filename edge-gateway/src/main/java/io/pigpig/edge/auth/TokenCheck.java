package io.pigpig.edge.auth;

import io.vertx.core.Future;

/** Checks a bearer token and says how long the answer holds: what a cache needs behind it. */
@FunctionalInterface
public interface TokenCheck {

  /**
   * What {@code token} proves and until when.
   *
   * @return fails with a RefusedException of Unauthenticated if the token does not hold
   */
  Future<VerifiedToken> check(String token);
}
