package io.pigpig.edge.http;

import io.pigpig.runtime.Principal;

/** Who may use a route. What no route allows is refused. */
enum Access {
  /** Anybody, without a token. */
  PUBLIC,
  CUSTOMER,
  OPERATOR,
  CUSTOMER_OR_OPERATOR;

  boolean needsToken() {
    return this != PUBLIC;
  }

  boolean allows(Principal principal) {
    return switch (this) {
      case PUBLIC, CUSTOMER_OR_OPERATOR -> true;
      case CUSTOMER -> !principal.isOperator();
      case OPERATOR -> principal.isOperator();
    };
  }
}
