package io.pigpig.edge.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.pigpig.runtime.refusal.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop's HTTP server: its limits, its listening and its drain. */
final class EdgeServer {

  private static final long SWEEP_MILLIS = 100;

  /** How Vert.x is asked for a free port that servers of the same number share. */
  private static final int ANY_PORT_SHARED = -1;

  private static final long LAST_WRITES_SECONDS = 1;

  private final Vertx vertx;
  private final ServerSettings settings;
  private final EdgeHandler handler;
  private @Nullable HttpServer server;
  private long timer;

  EdgeServer(Vertx vertx, ServerSettings settings, EdgeHandler handler) {
    this.vertx = vertx;
    this.settings = settings;
    this.handler = handler;
  }

  /** Listens on the port, 0 for a free one that all loops share; answers the port. */
  Future<Integer> listen() {
    int port = settings.port();
    HttpServer fresh =
        vertx
            .createHttpServer(options(settings))
            .requestHandler(handler::handle)
            .invalidRequestHandler(this::refuseInvalid)
            .connectionHandler(handler.connections()::opened);
    server = fresh;
    timer = vertx.setPeriodic(SWEEP_MILLIS, id -> handler.sweep());
    return fresh
        .listen(port == 0 ? ANY_PORT_SHARED : port, settings.host())
        .map(HttpServer::actualPort);
  }

  /** Serves on, but asks every client for another connection. */
  void leave() {
    handler.leave();
  }

  /**
   * Takes no new request, waits until those under way have their answer or patience ends, and stops
   * listening. Fails when patience ended first: they got none.
   */
  Future<Void> drain(Duration patience) {
    HttpServer current = server;
    if (current == null) {
      return Future.succeededFuture();
    }
    Future<Void> stopped =
        settings.portShared() ? leave(current, patience) : refuse(current, patience);
    return stopped.onComplete(done -> vertx.cancelTimer(timer));
  }

  private Future<Void> refuse(HttpServer current, Duration patience) {
    return within(patience, handler.drain())
        .eventually(() -> current.shutdown(LAST_WRITES_SECONDS, TimeUnit.SECONDS));
  }

  /**
   * Stops listening at once, or a new connection would come here instead of to a process that
   * serves. What was asked on a connection that came before is answered and not refused.
   */
  private Future<Void> leave(HttpServer current, Duration patience) {
    handler.leave();
    Future<Void> closed = current.shutdown(patience.toMillis() + 1, TimeUnit.MILLISECONDS);
    return within(patience, handler.awaitIdle()).eventually(() -> closed);
  }

  private static Future<Void> within(Duration patience, Future<Void> idle) {
    return idle.timeout(patience.toMillis() + 1, TimeUnit.MILLISECONDS)
        .recover(
            late ->
                Future.failedFuture("requests had no answer in " + patience.toMillis() + " ms"));
  }

  static HttpServerOptions options(ServerSettings settings) {
    return new HttpServerOptions()
        // Every answer is written on the loop of its connection, so no queue between threads.
        .setStrictThreadMode(true)
        .setMaxInitialLineLength(Limits.REQUEST_LINE_BYTES)
        .setMaxHeaderSize(Limits.HEADER_BYTES)
        .setMaxFormAttributeSize(0)
        .setDecoderInitialBufferSize(1024)
        .setHttp2ClearTextEnabled(false)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(Limits.HTTP2_STREAMS)
                .setMaxHeaderListSize(Limits.HEADER_BYTES))
        .setCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        // What the system has taken from us and the client does not take: see WriteProgress.
        .setTcpUserTimeout(Math.toIntExact(settings.writeTimeout().toMillis()))
        .setAcceptBacklog(4096)
        .setReuseAddress(true)
        .setReusePort(settings.portShared());
  }

  /** What Netty could not read as a request: too long, or not HTTP. The connection ends with it. */
  private void refuseInvalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Call call = handler.call(request, List.of());
    if (cause instanceof TooLongHttpLineException) {
      call.refuse(new Refusal.UriTooLong(Limits.REQUEST_LINE_BYTES));
    } else if (cause instanceof TooLongHttpHeaderException) {
      call.refuse(
          new Refusal.HeadersTooLarge(
              "the header is longer than " + Limits.HEADER_BYTES + " bytes"));
    } else {
      call.refuse(new Refusal.InvalidRequest("this is not a request of HTTP/1.1"));
    }
    handler.connections().closeSoon(request.connection());
  }
}
