package io.pigpig.edge.auth;

import static io.pigpig.edge.auth.CompactToken.refused;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a token claims, whoever signed it.
 *
 * <p>{@code iss}, {@code aud} (one text or a list of them, RFC 7519 4.1.3), {@code exp}, {@code
 * sub} and {@code role} are required; {@code nbf}, {@code iat} and {@code member} are judged where
 * present. Times are whole seconds of the epoch, compared with the clock give or take the leeway.
 * Any thread.
 */
final class ClaimCheck {

  /** The last second of the year 9999; keeps the arithmetic in milliseconds far from overflow. */
  private static final long EPOCH_SECONDS_MAX = 253_402_300_799L;

  private static final long MILLIS_PER_SECOND = 1_000;

  private final String issuer;
  private final String audience;
  private final long leewayMillis;
  private final InstantSource clock;

  ClaimCheck(AuthSettings settings, InstantSource clock) {
    this.issuer = settings.issuer();
    this.audience = settings.audience();
    this.leewayMillis = settings.leeway().toMillis();
    this.clock = clock;
  }

  /**
   * What the claims prove, once the signature holds, and until when.
   *
   * @throws RefusedException of Unauthenticated if a claim is missing or does not hold
   */
  VerifiedToken check(JsonObject claims) {
    if (!issuer.equals(claims.getValue("iss"))) {
      throw refused("is not of the issuer " + issuer);
    }
    if (!isForUs(claims.getValue("aud"))) {
      throw refused("is not for the audience " + audience);
    }
    long nowMillis = clock.millis();
    long expiresAtMillis = millis(claims, "exp") + leewayMillis;
    if (nowMillis >= expiresAtMillis) {
      throw refused("has expired");
    }
    refuseFuture(claims, "nbf", nowMillis);
    refuseFuture(claims, "iat", nowMillis);
    return new VerifiedToken(principal(claims), expiresAtMillis);
  }

  private boolean isForUs(@Nullable Object claimed) {
    return claimed instanceof JsonArray several
        ? several.contains(audience)
        : audience.equals(claimed);
  }

  private void refuseFuture(JsonObject claims, String name, long nowMillis) {
    if (claims.containsKey(name) && millis(claims, name) > nowMillis + leewayMillis) {
      throw refused("has its " + name + " in the future");
    }
  }

  private static long millis(JsonObject claims, String name) {
    Object value = claims.getValue(name);
    // Other numbers are fractions or longer than a long.
    if (!(value instanceof Integer || value instanceof Long)) {
      throw refused("has no whole number of seconds as " + name);
    }
    long seconds = ((Number) value).longValue();
    if (seconds < 0 || seconds > EPOCH_SECONDS_MAX) {
      throw refused("has an impossible time as " + name);
    }
    return seconds * MILLIS_PER_SECOND;
  }

  private static Principal principal(JsonObject claims) {
    Role role = role(claims);
    Membership membership = membership(claims);
    if (!(claims.getValue("sub") instanceof String name)) {
      throw refused("names nobody as sub");
    }
    try {
      return new Principal(name, role, membership);
    } catch (IllegalArgumentException e) {
      throw refused("has a sub that is not 1 to 64 characters of [A-Za-z0-9._@-]");
    }
  }

  private static Role role(JsonObject claims) {
    Object value = claims.getValue("role");
    if ("customer".equals(value)) {
      return Role.CUSTOMER;
    }
    if ("operator".equals(value)) {
      return Role.OPERATOR;
    }
    throw refused("has no role that is customer or operator");
  }

  private static Membership membership(JsonObject claims) {
    if (!claims.containsKey("member")) {
      return Membership.NONE;
    }
    if (!(claims.getValue("member") instanceof Boolean member)) {
      throw refused("has a member that is neither true nor false");
    }
    return member ? Membership.MEMBER : Membership.NONE;
  }
}
