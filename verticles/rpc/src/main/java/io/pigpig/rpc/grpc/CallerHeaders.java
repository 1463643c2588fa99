package io.pigpig.rpc.grpc;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.MultiMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as metadata: a bearer token, and for an operator the one on whose behalf it asks,
 * which is how the edge passes on whom it has verified.
 */
final class CallerHeaders {

  static final String AUTHORIZATION = "authorization";
  private static final String BEARER = "Bearer ";
  private static final String CUSTOMER = "pigpig-customer";
  private static final String ROLE = "pigpig-role";
  private static final String MEMBER = "pigpig-member";

  private CallerHeaders() {}

  static void write(MultiMap headers, String token, @Nullable Principal onBehalfOf) {
    headers.set(AUTHORIZATION, BEARER + token);
    if (onBehalfOf != null) {
      headers.set(CUSTOMER, onBehalfOf.customer());
      headers.set(ROLE, onBehalfOf.role().name().toLowerCase(Locale.ROOT));
      headers.set(MEMBER, Boolean.toString(onBehalfOf.membership() == Membership.MEMBER));
    }
  }

  /** The bearer token, or null without one. */
  static @Nullable String token(MultiMap headers) {
    String value = headers.get(AUTHORIZATION);
    return value != null && value.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? value.substring(BEARER.length())
        : null;
  }

  /**
   * Whom {@code caller} says it asks for, or null if for itself.
   *
   * @throws RefusedException if it may not, or if that is nobody that there can be
   */
  static @Nullable Principal onBehalfOf(MultiMap headers, Principal caller) {
    String customer = headers.get(CUSTOMER);
    if (customer == null) {
      return null;
    }
    if (!caller.isOperator()) {
      throw new RefusedException(
          new Refusal.Forbidden("only an operator asks on behalf of somebody else"));
    }
    try {
      return new Principal(
          customer,
          Role.valueOf(String.valueOf(headers.get(ROLE)).toUpperCase(Locale.ROOT)),
          Boolean.parseBoolean(headers.get(MEMBER)) ? Membership.MEMBER : Membership.NONE);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          new Refusal.InvalidRequest(CUSTOMER + " and " + ROLE + " name nobody"));
    }
  }
}
