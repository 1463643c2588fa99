package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.flow.Connection;
import io.pigpig.perf.load.flow.ConnectionEvents;
import io.pigpig.perf.load.flow.ConnectionEvents.Ending;
import io.pigpig.perf.load.flow.Request;
import io.vertx.core.http.HttpClientConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One HTTP/2 connection with as many calls at a time as its server lets it have. When it has made
 * its number of requests, or the server says GOAWAY, it makes no more and ends with its last call.
 */
final class MultiplexedConnection implements Connection {

  private final HttpClientConnection connection;
  private final ConnectionEvents events;
  private final Caller caller;
  private final int requestsMax;
  private final int streamsReserved;
  private final Map<Request, Call> calls = new HashMap<>();
  private int sent;
  private boolean retired;
  private Ending ending = Ending.LOST;

  /** What all connections of a run have in common. */
  record Rules(Function<HttpClientConnection, Caller> callers, int requestsMax, int reserved) {}

  MultiplexedConnection(HttpClientConnection connection, ConnectionEvents events, Rules rules) {
    this.connection = connection;
    this.events = events;
    this.caller = rules.callers().apply(connection);
    this.requestsMax = rules.requestsMax();
    this.streamsReserved = rules.reserved();
    connection.closeHandler(closed -> gone());
    // Also called when the other side says GOAWAY.
    connection.shutdownHandler(shutdown -> retire());
    connection.remoteSettingsHandler(settings -> events.freed());
  }

  @Override
  public boolean hasRoom() {
    long streams = connection.maxActiveStreams() - streamsReserved;
    return !retired && calls.size() < Math.max(1, streams);
  }

  @Override
  public void send(Request request) {
    Call call = new Call(request, this::ended);
    calls.put(request, call);
    sent++;
    if (sent == requestsMax) {
      retired = true;
    }
    caller.send(call);
  }

  private void ended(Call call, Call.End how) {
    Request request = call.request();
    calls.remove(request);
    switch (how) {
      case ANSWERED -> events.answered(request);
      case RESET -> events.lost(request);
      case LOST -> {
        // The connection ends, though it has not said so yet: the next call would be lost as well.
        retired = true;
        events.lost(request);
      }
      case ABANDONED -> {}
    }
    if (!retired) {
      events.freed();
    } else if (calls.isEmpty()) {
      close();
    }
  }

  @Override
  public void abandon(Request request) {
    Call call = calls.get(request);
    if (call != null) {
      call.abandon();
    }
  }

  private void retire() {
    retired = true;
    if (calls.isEmpty()) {
      close();
    }
  }

  @Override
  public void close() {
    retired = true;
    ending = Ending.PLANNED;
    connection.close();
  }

  private void gone() {
    // Losing the last call of a retired connection closes it, which plans nothing any more.
    Ending how = ending;
    retired = true;
    new ArrayList<>(calls.values()).forEach(Call::lost);
    events.ended(how);
  }
}
