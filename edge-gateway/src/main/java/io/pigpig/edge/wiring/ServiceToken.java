package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The token that this process shows to the others where tokens are issued here: an operator's,
 * because it vouches for those on whose behalf it asks. Issued anew when half its time is over.
 * Owned by one event loop.
 */
final class ServiceToken implements Supplier<String> {

  /** Who this process is to the others. */
  private static final Principal SELF = new Principal("stack", Role.OPERATOR, Membership.NONE);

  private final DevelopmentIssuer issuer;
  private final InstantSource clock;
  private String token = "";
  private long renewMillis;

  ServiceToken(DevelopmentIssuer issuer, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  @Override
  public String get() {
    long now = clock.millis();
    if (now >= renewMillis) {
      token = issuer.issue(SELF);
      renewMillis = now + issuer.expiresInSeconds() * 500;
    }
    return token;
  }
}
