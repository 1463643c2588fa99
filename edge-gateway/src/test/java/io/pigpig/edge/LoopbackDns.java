package io.pigpig.edge;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A DNS server to which every name is 127.0.0.1, once it is told to know names. Close it. */
final class LoopbackDns implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ANSWER_FLAGS = 0x8180;
  private static final int NO_SUCH_NAME = 3;

  private final Vertx vertx = Vertx.vertx();
  private final DatagramSocket socket = vertx.createDatagramSocket();
  private volatile boolean knows;

  LoopbackDns() throws Exception {
    socket.handler(this::answer);
    socket.listen(0, "127.0.0.1").await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  String place() {
    return "127.0.0.1:" + socket.localAddress().port();
  }

  /** From now on names are known. */
  void know() {
    knows = true;
  }

  /** RFC 1035, 4.1: the question is given back, the answer points to its name. */
  private void answer(DatagramPacket packet) {
    Buffer question = packet.data();
    int end = 12;
    while (question.getByte(end) != 0) {
      end += question.getByte(end) + 1;
    }
    boolean found = knows;
    Buffer answer =
        Buffer.buffer()
            .appendBuffer(question.slice(0, 2))
            .appendShort((short) (ANSWER_FLAGS | (found ? 0 : NO_SUCH_NAME)))
            .appendShort((short) 1)
            .appendShort((short) (found ? 1 : 0))
            .appendInt(0)
            .appendBuffer(question.slice(12, end + 5));
    if (found) {
      answer.appendShort((short) 0xC00C).appendShort((short) 1).appendShort((short) 1);
      answer.appendInt(0).appendShort((short) 4).appendBytes(new byte[] {127, 0, 0, 1});
    }
    socket.send(answer, packet.sender().port(), packet.sender().host());
  }

  @Override
  public void close() {
    try {
      vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
