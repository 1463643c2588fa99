package io.pigpig.edge.auth;

import io.pigpig.runtime.Principal;
import io.vertx.core.Future;

/** Turns a bearer token into the one who asks. An instance belongs to one event loop. */
public interface TokenVerifier {

  /**
   * The principal that {@code token} proves.
   *
   * @return fails with a RefusedException of Unauthenticated if the token does not hold; the detail
   *     never repeats any part of the token
   */
  Future<Principal> verify(String token);
}
