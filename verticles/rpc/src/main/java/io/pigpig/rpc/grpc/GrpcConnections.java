package io.pigpig.rpc.grpc;

import io.pigpig.rpc.RpcSettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the connections of a server. Vert.x closes those on which nothing moves; those that have
 * calls are asked for a sign of life meanwhile, which keeps the quiet ones, and finds clients that
 * are gone without a word. Owned by one event loop.
 */
final class GrpcConnections {

  private static final Buffer PING = Buffer.buffer("still-on");
  private static final int ASKED_AN_IDLE_TIME = 3;

  private static final class Watched {
    private int calls;
  }

  private final Vertx vertx;
  private final GrpcMetrics metrics;
  private final int most;
  private final long everyMillis;
  private final IdentityHashMap<HttpConnection, Watched> connections = new IdentityHashMap<>();
  private long timer;

  GrpcConnections(Vertx vertx, RpcSettings settings, GrpcMetrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.most = settings.connectionsMax();
    this.everyMillis = settings.idleTimeout().toMillis() / ASKED_AN_IDLE_TIME;
  }

  void open() {
    timer = vertx.setPeriodic(everyMillis, id -> askAll());
  }

  void close() {
    vertx.cancelTimer(timer);
  }

  void opened(HttpConnection connection) {
    if (connections.size() >= most) {
      metrics.count(GrpcMetric.CONNECTIONS_REFUSED);
      connection.shutdown(0, TimeUnit.SECONDS);
      return;
    }
    connections.put(connection, new Watched());
    connection.closeHandler(nothing -> connections.remove(connection));
  }

  /** The call is one of its connection until it is over. */
  void began(GrpcCall<?, ?> call) {
    Watched watched = connections.get(call.request().connection());
    if (watched != null) {
      watched.calls++;
      call.onOver(() -> watched.calls--);
    }
  }

  private void askAll() {
    List.copyOf(connections.entrySet()).forEach(each -> ask(each.getKey(), each.getValue()));
  }

  private void ask(HttpConnection connection, Watched watched) {
    if (watched.calls > 0) {
      connection
          .ping(PING)
          .timeout(everyMillis, TimeUnit.MILLISECONDS)
          .onFailure(
              silent -> {
                if (connections.containsKey(connection)) {
                  metrics.count(GrpcMetric.CONNECTIONS_SILENT);
                  connection.shutdown(0, TimeUnit.SECONDS);
                }
              });
    }
  }
}
