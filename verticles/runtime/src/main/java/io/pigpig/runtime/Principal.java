package io.pigpig.runtime;

import java.util.regex.Pattern;

/**
 * Who asks, as verified from the token.
 *
 * @param customer 1 to 64 characters of {@code [A-Za-z0-9._@-]}; for an operator, the operator's
 *     own name
 * @param role what the caller may be
 * @param membership whether member prices apply
 */
public record Principal(String customer, Role role, Membership membership) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

  /** Whether a customer buys at member prices. */
  public enum Membership {
    NONE,
    MEMBER
  }

  public Principal {
    if (!NAME.matcher(customer).matches()) {
      throw new IllegalArgumentException(
          "customer must be 1 to 64 characters of [A-Za-z0-9._@-]: " + customer);
    }
  }

  public boolean isOperator() {
    return role == Role.OPERATOR;
  }

  /** Whether this caller may see what belongs to {@code owner}. */
  public boolean maySee(String owner) {
    return isOperator() || customer.equals(owner);
  }
}
