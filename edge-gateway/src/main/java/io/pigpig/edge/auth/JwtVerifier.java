package io.pigpig.edge.auth;

import static io.pigpig.edge.auth.CompactToken.refused;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.InstantSource;

/**
 * Verifies JSON Web Tokens with one algorithm and one key, both fixed by configuration (RFC 8725,
 * 3.1).
 *
 * <p>Cheap checks come first: shape and header ({@link CompactToken}), then the claims against an
 * injected clock ({@link ClaimCheck}), because the library reads the system's and throws on claims
 * of the wrong type. Last the library checks the signature; nothing is believed before. Computes on
 * the caller's thread and waits for nothing. The library locks its key, so make one instance per
 * event loop.
 */
public final class JwtVerifier implements TokenVerifier, TokenCheck {

  private final SignatureAlgorithm algorithm;
  private final JWTAuth library;
  private final ClaimCheck claims;

  /**
   * @throws IllegalArgumentException if the key is not one of the settings' algorithm
   */
  public JwtVerifier(Vertx vertx, VerificationKey key, AuthSettings settings, InstantSource clock) {
    if (key.algorithm() != settings.algorithm()) {
      throw new IllegalArgumentException(
          "the key is for " + key.algorithm() + ", the setting says " + settings.algorithm());
    }
    this.algorithm = key.algorithm();
    this.library = library(vertx, key);
    this.claims = new ClaimCheck(settings, clock);
  }

  @Override
  public Future<Principal> verify(String token) {
    return check(token).map(VerifiedToken::principal);
  }

  @Override
  public Future<VerifiedToken> check(String token) {
    try {
      VerifiedToken claimed = claims.check(CompactToken.parse(token, algorithm).claims());
      return signature(token).map(user -> claimed);
    } catch (RefusedException e) {
      return Future.failedFuture(e);
    }
  }

  /**
   * Whatever the library finds wrong is the token's fault: key and algorithm were proven at
   * construction. It fails or throws, and says so with plain runtime exceptions.
   */
  private Future<User> signature(String token) {
    try {
      return library
          .authenticate(new TokenCredentials(token))
          .recover(failure -> Future.failedFuture(refused("has a signature that does not hold")));
    } catch (RuntimeException e) {
      throw refused("has a signature that does not hold");
    }
  }

  static JWTAuth library(Vertx vertx, VerificationKey key) {
    JWTAuthOptions options =
        new JWTAuthOptions()
            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true))
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm(key.algorithm().name())
                    .setBuffer(key.material()));
    try {
      return JWTAuth.create(vertx, options);
    } catch (RuntimeException e) {
      // The library wraps what the JDK says about a malformed key in a bare RuntimeException.
      throw new IllegalArgumentException("the key is not one of " + key.algorithm(), e);
    }
  }
}
