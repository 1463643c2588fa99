package io.pigpig.edge.auth;

import io.pigpig.runtime.Principal;

/**
 * What a token proved.
 *
 * @param principal who asks
 * @param expiresAtEpochMillis the first millisecond at which the token no longer holds, leeway
 *     included
 */
public record VerifiedToken(Principal principal, long expiresAtEpochMillis) {

  public VerifiedToken {
    if (expiresAtEpochMillis <= 0) {
      throw new IllegalArgumentException(
          "expiresAtEpochMillis must be positive: " + expiresAtEpochMillis);
    }
  }
}
