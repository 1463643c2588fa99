package io.pigpig.edge.auth;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Issues tokens to whoever asks, for a stack on a developer's machine; they are signed with the
 * development secret by HS256.
 *
 * <p>Computes on the caller's thread. The library locks its key, so make one instance per event
 * loop.
 */
public final class DevelopmentIssuer {

  private final JWTAuth library;
  private final AuthSettings settings;
  private final InstantSource clock;

  /**
   * @throws IllegalArgumentException if the key or the settings are not of HS256
   */
  public DevelopmentIssuer(
      Vertx vertx, VerificationKey key, AuthSettings settings, InstantSource clock) {
    if (key.algorithm() != SignatureAlgorithm.HS256
        || settings.algorithm() != SignatureAlgorithm.HS256) {
      throw new IllegalArgumentException(
          "tokens are issued with HS256 only, not " + key.algorithm());
    }
    this.library = JwtVerifier.library(vertx, key);
    this.settings = settings;
    this.clock = clock;
  }

  /** A token that says {@code principal} for the next {@link #expiresInSeconds()}. */
  public String issue(Principal principal) {
    long nowSeconds = clock.instant().getEpochSecond();
    JsonObject claims =
        new JsonObject()
            .put("iss", settings.issuer())
            .put("aud", settings.audience())
            .put("sub", principal.customer())
            .put("role", principal.role().name().toLowerCase(Locale.ROOT))
            .put("member", principal.membership() == Membership.MEMBER)
            .put("iat", nowSeconds)
            .put("exp", nowSeconds + expiresInSeconds());
    return library.generateToken(
        claims, new JWTOptions().setAlgorithm(SignatureAlgorithm.HS256.name()));
  }

  public long expiresInSeconds() {
    return settings.tokenLifetime().toSeconds();
  }
}
