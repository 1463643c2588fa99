package io.pigpig.perf.load.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.OrderKeys;
import io.pigpig.perf.load.flow.Connection;
import io.pigpig.perf.load.flow.ConnectionEvents;
import io.pigpig.perf.load.flow.Connector;
import io.pigpig.perf.load.flow.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;

/**
 * Opens HTTP/1.1 connections; one that is not open after {@value #CONNECT_MILLIS} ms has failed.
 */
final class Http1Connector implements Connector {

  private static final int CONNECT_MILLIS = 2_000;

  private final Bootstrap bootstrap;
  private final InetSocketAddress address;
  private final Http1Encoder encoder;
  private final int requestsPerConnection;

  Http1Connector(LoadPlan plan, OrderKeys keys, Loop loop) {
    bootstrap =
        new Bootstrap()
            .group(loop.eventLoop())
            .channelFactory(loop.channels())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
    address = new InetSocketAddress(plan.target().host(), plan.target().port());
    encoder = new Http1Encoder(plan, keys);
    requestsPerConnection = plan.target().requestsPerConnection();
  }

  @Override
  public Future<Connection> connect(ConnectionEvents events) {
    Promise<Connection> connected = Promise.promise();
    bootstrap
        .clone()
        .handler(new ChannelInboundHandlerAdapter())
        .connect(address)
        .addListener((ChannelFuture done) -> opened(done, events, connected));
    return connected.future();
  }

  /** The handler comes only now: a connection that never was open has nothing to tell. */
  private void opened(ChannelFuture done, ConnectionEvents events, Promise<Connection> connected) {
    if (!done.isSuccess()) {
      connected.fail(done.cause());
      return;
    }
    Channel channel = done.channel();
    Http1Connection connection =
        new Http1Connection(channel, encoder, events, requestsPerConnection);
    channel.pipeline().addLast(connection);
    connected.complete(connection);
  }
}
