package io.pigpig.perf.bare;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop of the reference program: its own HTTP server, batcher and connection. */
final class BareServer extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(BareServer.class);
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final int IDLE_SECONDS = 60;

  private final int port;
  private final String postgresUrl;
  private final TimeOrderedIds ids;

  BareServer(int port, String postgresUrl, TimeOrderedIds ids) {
    this.port = port;
    this.postgresUrl = postgresUrl;
    this.ids = ids;
  }

  @Override
  public Future<?> start() {
    return BareTable.open(vertx, postgresUrl).map(GroupCommit::new).compose(this::listen);
  }

  private Future<?> listen(GroupCommit commit) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setPort(port)
            .setStrictThreadMode(true)
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout(IDLE_SECONDS);
    return vertx
        .createHttpServer(options)
        .requestHandler(request -> receive(request, commit))
        .listen();
  }

  private void receive(HttpServerRequest request, GroupCommit commit) {
    if (!HttpMethod.POST.equals(request.method())) {
      request.response().setStatusCode(405).end();
      return;
    }
    request.bodyHandler(body -> place(body, request.response(), commit));
  }

  private void place(Buffer body, HttpServerResponse response, GroupCommit commit) {
    BareLines lines;
    try {
      lines = BareLines.parse(body.getBytes());
    } catch (IOException | IllegalArgumentException malformed) {
      response.setStatusCode(400).end();
      return;
    }
    Promise<UUID> committed = Promise.promise();
    committed
        .future()
        .onSuccess(id -> accept(response, id))
        .onFailure(
            failure -> {
              LOG.error("the batch of an order failed", failure);
              response.setStatusCode(503).end();
            });
    commit.add(new GroupCommit.Entry(ids.next(), lines, committed));
  }

  private static void accept(HttpServerResponse response, UUID id) {
    response
        .setStatusCode(201)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .end(Buffer.buffer("{\"orderId\":\"" + id + "\"}"));
  }
}
