package io.pigpig.edge.http;

import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import java.io.IOException;
import java.util.List;

/** Tokens for everybody: only with the development issuer. One event loop's. */
final class TokenRoutes {

  private final DevelopmentIssuer issuer;

  TokenRoutes(DevelopmentIssuer issuer) {
    this.issuer = issuer;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/api/v1/auth/token", Access.PUBLIC, Limits.SMALL_BODY_BYTES, this::issue));
  }

  private void issue(Call call) {
    Principal principal = JsonReader.read(call.body(), TokenRoutes::principal);
    JsonWriter out = new JsonWriter(512).object();
    out.field("access_token", issuer.issue(principal)).field("token_type", "Bearer");
    out.field("expires_in", issuer.expiresInSeconds());
    call.response().putHeader("Cache-Control", "no-store");
    call.json(200, out.endObject().toBuffer());
  }

  private static Principal principal(JsonReader in) throws IOException {
    in.beginObject("the body");
    String customer = null;
    Role role = Role.CUSTOMER;
    Membership membership = Membership.NONE;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "customer" -> customer = in.text("customer");
        case "role" -> role = role(in.text("role"));
        case "member" -> membership = in.bool("member") ? Membership.MEMBER : Membership.NONE;
        default -> throw JsonReader.unknownField(field);
      }
    }
    if (customer == null) {
      throw JsonReader.missing("customer");
    }
    try {
      return new Principal(customer, role, membership);
    } catch (IllegalArgumentException e) {
      throw JsonReader.invalid("customer must be 1 to 64 characters of [A-Za-z0-9._@-]");
    }
  }

  private static Role role(String text) {
    return switch (text) {
      case "customer" -> Role.CUSTOMER;
      case "operator" -> Role.OPERATOR;
      default -> throw JsonReader.invalid("role must be customer or operator");
    };
  }
}
