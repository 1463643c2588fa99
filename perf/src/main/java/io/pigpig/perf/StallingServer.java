package io.pigpig.perf;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An empty handler on one event loop: it answers every request with 200, and once it may answer
 * none for {@value #STALL_MILLIS} ms.
 */
final class StallingServer implements AutoCloseable {

  static final long STALL_MILLIS = 1_000;

  /** A request that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int WAIT_SECONDS = 20;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final long stallFrom;
  private final HttpServer server;
  // Owned by the event loop; bounded by the number of connections and of their streams.
  private final Queue<HttpServerResponse> held = new ArrayDeque<>();
  private long seen;
  private boolean stalling;

  /**
   * Returns when it serves.
   *
   * @param stallFrom the request, counted from 1, that the stall begins with
   */
  StallingServer(long stallFrom) throws TimeoutException {
    this.stallFrom = stallFrom;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setPort(0).setHost("127.0.0.1"))
            // An answer before a request's end would make HTTP/2 reset the stream.
            .requestHandler(request -> request.endHandler(end -> receive(request)))
            .listen()
            .await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private void receive(HttpServerRequest request) {
    seen++;
    if (seen == stallFrom) {
      stalling = true;
      vertx.setTimer(STALL_MILLIS, timer -> goOn());
    }
    if (stalling) {
      held.add(request.response());
    } else {
      request.response().end();
    }
  }

  private void goOn() {
    stalling = false;
    held.forEach(HttpServerResponse::end);
    held.clear();
  }

  int port() {
    return server.actualPort();
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }
}
