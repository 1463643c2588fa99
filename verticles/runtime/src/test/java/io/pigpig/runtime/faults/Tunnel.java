package io.pigpig.runtime.faults;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.pigpig.runtime.faults.DirectionFaults.Trigger;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection through the proxy: two sockets and the two pipes between them. Owned by the
 * proxy's event loop.
 */
final class Tunnel implements Pipe.Connection {

  private static final Logger log = LoggerFactory.getLogger(Tunnel.class);

  private final Vertx vertx;
  private final NetSocket client;
  private final NetSocket server;
  private final Pipe toServer;
  private final Pipe toClient;
  private @Nullable Trigger dueOnReply;
  private int openSockets = 2;

  Tunnel(Vertx vertx, NetSocket client, NetSocket server, Faults faults) {
    this.vertx = vertx;
    this.client = client;
    this.server = server;
    this.toServer = new Pipe(client, server, faults.in(Direction.TO_SERVER), this);
    this.toClient = new Pipe(server, client, faults.in(Direction.TO_CLIENT), this);
  }

  /** Lets bytes through; {@code tunnels} holds this as long as one of its sockets is open. */
  void open(Set<Tunnel> tunnels) {
    tunnels.add(this);
    watch(client, toClient, tunnels);
    watch(server, toServer, tunnels);
    toServer.open();
    toClient.open();
    client.resume();
    server.resume();
    pump();
  }

  /** By the channel's own word, which is also heard when it was closed before. */
  private void watch(NetSocket socket, Pipe into, Set<Tunnel> tunnels) {
    socket.exceptionHandler(e -> log.debug("a proxied connection broke: {}", e.getMessage()));
    channel(socket)
        .closeFuture()
        .addListener(
            closed -> {
              into.close();
              openSockets--;
              if (openSockets == 0) {
                tunnels.remove(this);
              }
            });
  }

  /** Looks again what is due, after the faults have changed. */
  void pump() {
    toServer.pump();
    toClient.pump();
  }

  long queuedBytes(Direction direction) {
    return (direction == Direction.TO_SERVER ? toServer : toClient).queuedBytes();
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public void cut() {
    toServer.close();
    toClient.close();
    client.close();
    server.close();
  }

  @Override
  public void cutInPlaceOfReply(Trigger why) {
    dueOnReply = why;
  }

  @Override
  public boolean arrived(Pipe pipe) {
    Trigger due = dueOnReply;
    if (due == null || pipe != toClient) {
      return true;
    }
    cut();
    due.struck.tryComplete();
    return false;
  }

  /** Carries nothing any more, as when the machine at the other end has lost its power. */
  void silence() {
    toServer.silence();
    toClient.silence();
  }

  /** Breaks both sockets off with RST; what was under way is lost. */
  void reset() {
    toServer.close();
    toClient.close();
    reset(client);
    reset(server);
  }

  /** Past the socket's own close, which waits until a peer has read what was written to it. */
  static void reset(NetSocket socket) {
    if (!channel(socket).isOpen()) {
      return;
    }
    channel(socket).config().setOption(ChannelOption.SO_LINGER, 0);
    ((NetSocketInternal) socket)
        .channelHandlerContext()
        .close()
        .addListener(closed -> log.debug("reset {}", socket.remoteAddress()));
  }

  private static Channel channel(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }
}
