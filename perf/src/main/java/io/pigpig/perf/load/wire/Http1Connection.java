package io.pigpig.perf.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.pigpig.perf.load.flow.Connection;
import io.pigpig.perf.load.flow.ConnectionEvents;
import io.pigpig.perf.load.flow.ConnectionEvents.Ending;
import io.pigpig.perf.load.flow.Request;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection, with one request at a time. An answer that nobody waits for ends it: it
 * could be taken for the next one's.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Connection {

  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  private final Channel channel;
  private final Http1Encoder encoder;
  private final ConnectionEvents events;
  private final int requestsMax;
  private final AnswerParser parser = new AnswerParser(this::answered);
  private @Nullable Request current;
  private int sent;
  private Ending ending = Ending.LOST;
  private boolean ended;

  /**
   * @param requestsMax after which it ends; 0 for no bound
   */
  Http1Connection(Channel channel, Http1Encoder encoder, ConnectionEvents events, int requestsMax) {
    this.channel = channel;
    this.encoder = encoder;
    this.events = events;
    this.requestsMax = requestsMax;
  }

  @Override
  public boolean hasRoom() {
    return current == null && !ended;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // A write that fails ends the channel, which tells.
  public void send(Request request) {
    current = request;
    sent++;
    channel.writeAndFlush(encoder.encode(request, channel.alloc()), channel.voidPromise());
  }

  @Override
  public void abandon(Request request) {
    current = null;
    end(Ending.PLANNED);
  }

  @Override
  public void close() {
    end(Ending.PLANNED);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The end of the channel tells.
  private void end(Ending how) {
    if (!ended) {
      ended = true;
      ending = how;
      channel.close();
    }
  }

  private void answered(AnswerParser.Answer answer) {
    Request request = current;
    if (request == null) {
      end(Ending.LOST);
      return;
    }
    current = null;
    boolean usable = answer.persistent() && sent != requestsMax;
    AnswerJson.tell(request.item(0), answer.status(), answer.body(), answer.bodyLength());
    events.answered(request);
    if (usable) {
      events.freed();
    } else {
      end(Ending.PLANNED);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    try {
      if (!ended) {
        parser.feed((ByteBuf) message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!ended) {
      parser.end();
    }
    ended = true;
    Request request = current;
    current = null;
    if (request != null) {
      events.lost(request);
    }
    events.ended(ending);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof MalformedAnswerException || !(cause instanceof IOException)) {
      log.error("a connection broke", cause);
    }
    end(Ending.LOST);
  }
}
