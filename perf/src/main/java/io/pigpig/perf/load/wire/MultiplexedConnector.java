package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.OrderKeys;
import io.pigpig.perf.load.flow.Connection;
import io.pigpig.perf.load.flow.ConnectionEvents;
import io.pigpig.perf.load.flow.Connector;
import io.pigpig.perf.load.flow.Loop;
import io.vertx.core.Future;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import java.util.function.Function;

/**
 * Opens HTTP/2 connections, in clear text or over TLS. Whatever certificate a server shows is
 * taken: targets are on this machine and make their own.
 */
final class MultiplexedConnector implements Connector {

  private static final int CONNECT_MILLIS = 2_000;
  private static final int WINDOW_BYTES = 1 << 20;

  private final HttpClientAgent client;
  private final HttpConnectOptions target;
  private final MultiplexedConnection.Rules rules;

  MultiplexedConnector(LoadPlan plan, OrderKeys keys, Loop loop) {
    boolean secure = plan.target().protocol() == Protocol.H2;
    client =
        loop.vertx()
            .createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setSsl(secure)
                    .setUseAlpn(secure)
                    .setTrustAll(true)
                    .setVerifyHost(false)
                    .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
                    .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW_BYTES))
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setTcpNoDelay(true));
    target = new HttpConnectOptions().setHost(plan.target().host()).setPort(plan.target().port());
    boolean batches =
        plan.requests().mix().stream().anyMatch(share -> share.kind() == Kind.ORDER_BATCH);
    rules =
        new MultiplexedConnection.Rules(
            callers(plan, keys, loop), plan.target().requestsPerConnection(), batches ? 1 : 0);
  }

  private static Function<HttpClientConnection, Caller> callers(
      LoadPlan plan, OrderKeys keys, Loop loop) {
    if (plan.target().protocol() == Protocol.GRPC) {
      GrpcMessages messages = new GrpcMessages(plan, keys);
      return connection -> new GrpcCaller(loop.vertx(), connection, messages);
    }
    H2Caller.Templates templates = new H2Caller.Templates(plan, keys);
    return connection -> new H2Caller(connection, templates);
  }

  @Override
  public Future<Connection> connect(ConnectionEvents events) {
    return client
        .connect(target)
        .map(connection -> new MultiplexedConnection(connection, events, rules));
  }
}
