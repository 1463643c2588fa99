package io.pigpig.edge.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Health and metrics on a port of their own, so that nobody reaches them through the edge. One
 * event loop's.
 */
public final class ManagementServer {

  private static final long PROBE_MILLIS = 2_000;

  /** One thing that is up or not. */
  public record Check(String name, boolean up) {}

  private final Vertx vertx;
  private final ManagementSettings settings;
  private final PrometheusMeterRegistry metrics;
  private final Supplier<Future<List<Check>>> readiness;
  private @Nullable HttpServer server;

  /**
   * @param readiness asks every loop; a loop that does not answer in 2 s is taken for stuck
   */
  public ManagementServer(
      Vertx vertx,
      ManagementSettings settings,
      PrometheusMeterRegistry metrics,
      Supplier<Future<List<Check>>> readiness) {
    this.vertx = vertx;
    this.settings = settings;
    this.metrics = metrics;
    this.readiness = readiness;
  }

  /** Listens; answers the port. */
  public Future<Integer> open() {
    HttpServer fresh =
        vertx
            .createHttpServer(
                new HttpServerOptions().setIdleTimeout(30).setHttp2ClearTextEnabled(false))
            .requestHandler(this::handle);
    server = fresh;
    return fresh.listen(settings.port(), settings.host()).map(HttpServer::actualPort);
  }

  public Future<Void> close() {
    HttpServer current = server;
    return current == null ? Future.succeededFuture() : current.shutdown(1, TimeUnit.SECONDS);
  }

  private void handle(HttpServerRequest request) {
    String path = request.path();
    if (!HttpMethod.GET.equals(request.method()) || path == null) {
      request.response().setStatusCode(405).putHeader("Allow", "GET").end();
      return;
    }
    switch (path) {
      case "/health/live" -> live(request.response());
      case "/health/ready" -> ready(request.response());
      case "/metrics" ->
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(metrics.scrape());
      default -> request.response().setStatusCode(404).end();
    }
  }

  /** Alive means that every event loop still answers. */
  private void live(HttpServerResponse response) {
    probe()
        .onComplete(
            done ->
                health(response, done.succeeded(), List.of(new Check("loops", done.succeeded()))));
  }

  private void ready(HttpServerResponse response) {
    probe()
        .onComplete(
            done -> {
              List<Check> checks =
                  done.succeeded() ? done.result() : List.of(new Check("loops", false));
              health(response, checks.stream().allMatch(Check::up), checks);
            });
  }

  private Future<List<Check>> probe() {
    return readiness.get().timeout(PROBE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void health(HttpServerResponse response, boolean up, List<Check> checks) {
    JsonWriter out = new JsonWriter(256).object().field("status", up ? "UP" : "DOWN");
    out.name("checks").array();
    for (Check check : checks) {
      out.object().field("name", check.name()).field("up", check.up()).endObject();
    }
    response
        .setStatusCode(up ? 200 : 503)
        .putHeader("Content-Type", "application/json")
        .end(out.endArray().endObject().toBuffer());
  }
}
