package io.pigpig.edge.http;

import io.vertx.core.http.HttpMethod;
import java.util.function.Consumer;

/**
 * One operation of the contract.
 *
 * @param template such as {@code /api/v1/orders/{id}}; a parameter is a whole segment
 */
record Route(HttpMethod method, String template, Access access, Body body, Consumer<Call> handler) {

  /**
   * What body the operation reads.
   *
   * @param maxBytes 0 for none
   */
  record Body(int maxBytes, Presence presence) {

    static final Body NONE = new Body(0, Presence.OPTIONAL);
  }

  /** Whether a request may leave its body out. */
  enum Presence {
    REQUIRED,
    OPTIONAL
  }

  /** An operation without a body, which only reads. */
  static Route get(String template, Access access, Consumer<Call> handler) {
    return new Route(HttpMethod.GET, template, access, Body.NONE, reading(handler));
  }

  /**
   * For an operation that only reads: what is under way for it ends when its client leaves. One
   * that changes something goes on, because nobody could say what has become of it.
   */
  static Consumer<Call> reading(Consumer<Call> handler) {
    return call -> {
      call.reads();
      handler.accept(call);
    };
  }

  static Route post(String template, Access access, int bodyMaxBytes, Consumer<Call> handler) {
    Body body = new Body(bodyMaxBytes, Presence.REQUIRED);
    return new Route(HttpMethod.POST, template, access, body, handler);
  }

  /** An operation that takes no more than its path says, and a body that says nothing. */
  static Route postBare(String template, Access access, Consumer<Call> handler) {
    Body body = new Body(Limits.SMALL_BODY_BYTES, Presence.OPTIONAL);
    return new Route(HttpMethod.POST, template, access, body, handler);
  }

  static Route put(String template, Access access, int bodyMaxBytes, Consumer<Call> handler) {
    Body body = new Body(bodyMaxBytes, Presence.REQUIRED);
    return new Route(HttpMethod.PUT, template, access, body, handler);
  }
}
