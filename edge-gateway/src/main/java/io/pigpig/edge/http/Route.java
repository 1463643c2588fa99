package io.pigpig.edge.http;

import io.vertx.core.http.HttpMethod;
import java.util.function.Consumer;

/**
 * One operation of the contract.
 *
 * @param template such as {@code /api/v1/orders/{id}}; a parameter is a whole segment
 * @param bodyMaxBytes 0 when the operation reads no body
 */
record Route(
    HttpMethod method, String template, Access access, int bodyMaxBytes, Consumer<Call> handler) {

  /** An operation without a body. */
  static Route get(String template, Access access, Consumer<Call> handler) {
    return new Route(HttpMethod.GET, template, access, 0, handler);
  }

  static Route post(String template, Access access, int bodyMaxBytes, Consumer<Call> handler) {
    return new Route(HttpMethod.POST, template, access, bodyMaxBytes, handler);
  }

  static Route put(String template, Access access, int bodyMaxBytes, Consumer<Call> handler) {
    return new Route(HttpMethod.PUT, template, access, bodyMaxBytes, handler);
  }
}
