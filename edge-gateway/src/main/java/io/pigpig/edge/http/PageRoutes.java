package io.pigpig.edge.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The storefront, the API's page and its description, read from the jar once and served from
 * memory. Immutable.
 */
final class PageRoutes {

  private static final String NOTHING_FROM_ELSEWHERE =
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

  private final List<Route> routes =
      List.of(
          page("/", "web/index.html", "text/html; charset=utf-8"),
          page("/docs", "web/docs.html", "text/html; charset=utf-8"),
          page("/openapi.yaml", "openapi.yaml", "application/yaml"),
          page("/web/storefront.js", "web/storefront.js", "text/javascript; charset=utf-8"),
          page("/web/docs.js", "web/docs.js", "text/javascript; charset=utf-8"),
          page("/web/style.css", "web/style.css", "text/css; charset=utf-8"));

  List<Route> routes() {
    return routes;
  }

  private static Route page(String path, String resource, String mediaType) {
    Buffer content = read(resource);
    return Route.get(
        path,
        Access.PUBLIC,
        call ->
            call.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
                .putHeader("Content-Security-Policy", NOTHING_FROM_ELSEWHERE)
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(content.copy()));
  }

  private static Buffer read(String resource) {
    try (InputStream in = PageRoutes.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
