package io.pigpig.edge.http;

import io.pigpig.runtime.Ticker;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Bounds how many connections there are and how long each may take to its next complete request
 * head, however slowly its bytes trickle in: an idle timer starts anew with every byte and lets a
 * slow one live for ever. A client that stops reading its answers is bounded too, in whatever state
 * its connection is. Owned by one event loop; not thread-safe.
 */
final class ConnectionWatch {

  /** The connection is busy with requests, or is closing: only its writes have a deadline. */
  private static final long BUSY = Long.MAX_VALUE;

  /** Long enough for a client to read its refusal while it still sends. */
  private static final long LINGER_NANOS = Duration.ofSeconds(1).toNanos();

  private static final class Watched {
    private final WriteProgress writes;
    private long deadlineNanos;
    private int requests;
    private boolean lingers;

    Watched(WriteProgress writes, long deadlineNanos) {
      this.writes = writes;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private final Ticker ticker;
  private final EdgeMetrics metrics;
  private final int connectionsMax;
  private final long headerTimeoutNanos;
  private final long keepAliveNanos;
  private final long writeTimeoutNanos;
  private final IdentityHashMap<HttpConnection, Watched> connections = new IdentityHashMap<>();

  ConnectionWatch(Ticker ticker, ServerSettings settings, EdgeMetrics metrics) {
    this.metrics = metrics;
    this.ticker = ticker;
    this.connectionsMax = settings.connectionsMax();
    this.headerTimeoutNanos = settings.headerTimeout().toNanos();
    this.keepAliveNanos = settings.keepAlive().toNanos();
    this.writeTimeoutNanos = settings.writeTimeout().toNanos();
  }

  void opened(HttpConnection connection) {
    if (connections.size() >= connectionsMax) {
      metrics.count(EdgeMetric.CONNECTIONS_REFUSED);
      connection.close();
      return;
    }
    long deadlineNanos = ticker.nanos() + headerTimeoutNanos;
    connections.put(connection, new Watched(new WriteProgress(connection), deadlineNanos));
    metrics.count(EdgeMetric.CONNECTIONS_OPENED);
    connection.closeHandler(nothing -> closed(connection));
  }

  private void closed(HttpConnection connection) {
    connections.remove(connection);
    metrics.count(EdgeMetric.CONNECTIONS_CLOSED);
  }

  void requestBegan(HttpConnection connection) {
    Watched watched = connections.get(connection);
    if (watched != null && !watched.lingers) {
      watched.requests++;
      watched.deadlineNanos = BUSY;
    }
  }

  void requestEnded(HttpConnection connection) {
    Watched watched = connections.get(connection);
    if (watched != null && !watched.lingers && --watched.requests == 0) {
      watched.deadlineNanos = ticker.nanos() + keepAliveNanos;
    }
  }

  /**
   * Closes the connection a moment from now. Closed at once with bytes unread, it would be reset,
   * and the client would lose the refusal it has been sent.
   */
  void closeSoon(HttpConnection connection) {
    Watched watched = connections.get(connection);
    if (watched == null) {
      connection.close();
      return;
    }
    watched.lingers = true;
    watched.deadlineNanos = ticker.nanos() + LINGER_NANOS;
  }

  /**
   * Closes connections whose next request is late, and those whose client has stopped reading.
   * Called now and then.
   */
  void sweep() {
    long now = ticker.nanos();
    List<HttpConnection> late = new ArrayList<>();
    List<WriteProgress> stuck = new ArrayList<>();
    connections.forEach(
        (connection, watched) -> {
          if (watched.writes.isStuck(now, writeTimeoutNanos)) {
            metrics.count(EdgeMetric.CONNECTIONS_STUCK);
            stuck.add(watched.writes);
          } else if (watched.deadlineNanos != BUSY && watched.deadlineNanos - now <= 0) {
            watched.deadlineNanos = BUSY;
            if (!watched.lingers) {
              metrics.count(EdgeMetric.CONNECTIONS_LATE);
            }
            late.add(connection);
          }
        });
    late.forEach(HttpConnection::close);
    stuck.forEach(WriteProgress::cutOff);
  }
}
