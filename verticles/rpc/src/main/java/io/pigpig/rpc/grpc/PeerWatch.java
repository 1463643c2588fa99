package io.pigpig.rpc.grpc;

import io.pigpig.rpc.RpcSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices peers that have fallen silent. A frozen process, or one behind a network that swallows
 * everything, keeps its connections and never answers; only deadlines would end its calls, one by
 * one. So a connection that owes answers is asked for a sign of life (HTTP/2 ping, which is
 * answered however busy the service behind it is), and closed without one, which ends all its calls
 * at once. Owned by one event loop.
 */
final class PeerWatch {

  private static final Buffer PING = Buffer.buffer("sign-of-");

  /** A connection, how many of its calls are under way, and whether anything came since a ping. */
  private static final class Watched {
    private int calls = 1;
    private boolean heard;
  }

  private final Vertx vertx;
  private final long everyMillis;
  private final long timeoutMillis;
  private final IdentityHashMap<HttpConnection, Watched> connections = new IdentityHashMap<>();

  PeerWatch(Vertx vertx, RpcSettings settings) {
    this.vertx = vertx;
    this.everyMillis = settings.pingEvery().toMillis();
    this.timeoutMillis = settings.pingTimeout().toMillis();
  }

  /**
   * A call over {@code connection} is under way until {@code closed}.
   *
   * @return is run whenever something of its answer comes, which is a sign of life too: that of a
   *     peer with so much to do that a ping waits behind it
   * @param silent is told when the call's connection is closed for its silence, just before
   */
  Runnable watch(HttpConnection connection, Future<Void> closed, Consumer<Throwable> silent) {
    if (closed.isComplete()) {
      return () -> {};
    }
    Watched watched = connections.get(connection);
    if (watched == null) {
      Watched fresh = new Watched();
      watched = fresh;
      connections.put(connection, fresh);
      vertx.setTimer(everyMillis, id -> ask(connection, fresh, silent));
    } else {
      watched.calls++;
    }
    Watched counted = watched;
    closed.onComplete(done -> counted.calls--);
    return () -> counted.heard = true;
  }

  private void ask(HttpConnection connection, Watched watched, Consumer<Throwable> silent) {
    if (watched.calls == 0) {
      connections.remove(connection);
      return;
    }
    watched.heard = false;
    connection
        .ping(PING)
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onComplete(
            done -> {
              if (done.succeeded() || watched.heard) {
                vertx.setTimer(everyMillis, id -> ask(connection, watched, silent));
              } else {
                connections.remove(connection);
                end(connection, watched, silent, done.cause());
              }
            });
  }

  private static void end(
      HttpConnection connection, Watched watched, Consumer<Throwable> silent, Throwable cause) {
    if (watched.calls > 0) {
      silent.accept(cause);
      // Not close(), which would wait until what was written before is on its way.
      connection.shutdown(0, TimeUnit.SECONDS);
    }
  }
}
