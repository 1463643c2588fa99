package io.pigpig.edge.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * How far a connection's socket has got with what was written to it.
 *
 * <p>Idea: bytes that the socket does not take wait in the channel's outbound buffer, message by
 * message. As long as the same message is the first and the socket has taken no more of it than
 * before, the client reads nothing, whatever is written behind it. This is how Netty's idle handler
 * looks at output, but that one takes every new write for progress.
 *
 * <p>Vert.x offers no public way to a connection's channel, and its own close waits until all is
 * written, which for such a client is never: hence its internal interface. Owned by the
 * connection's event loop.
 */
final class WriteProgress {

  private final Channel channel;
  private int first;
  private long takenOfFirst;
  private long movedAtNanos;

  WriteProgress(HttpConnection connection) {
    this.channel = ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /** Whether bytes wait and the socket has taken none for so long, as far as this was asked. */
  boolean isStuck(long nowNanos, long timeoutNanos) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    Object message = waiting == null ? null : waiting.current();
    // Which object it is, not what it holds; 0 when nothing waits.
    int current = System.identityHashCode(message);
    long taken = waiting == null ? 0 : waiting.currentProgress();
    if (message == null || current != first || taken != takenOfFirst) {
      first = current;
      takenOfFirst = taken;
      movedAtNanos = nowNanos;
      return false;
    }
    return nowNanos - movedAtNanos >= timeoutNanos;
  }

  /** Closes the connection with what waits unwritten. */
  void cutOff() {
    channel.unsafe().close(channel.voidPromise());
  }
}
