package io.pigpig.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client of an echo server behind a proxy. Blocking, for 30 s at most; one test thread. */
final class EchoClient implements AutoCloseable {

  private static final int READ_TIMEOUT_MILLIS = 30_000;

  private final Socket socket;

  EchoClient(FaultProxy proxy) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(ascii(text));
  }

  /** Sends from a thread of its own, because a link may push back. */
  Thread sendAside(byte[] bytes, int chunk) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (int at = 0; at < bytes.length; at += chunk) {
                  socket.getOutputStream().write(bytes, at, Math.min(chunk, bytes.length - at));
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  byte[] read(int length) throws IOException {
    byte[] bytes = new byte[length];
    new DataInputStream(socket.getInputStream()).readFully(bytes);
    return bytes;
  }

  /** What still comes before the other side closes. */
  byte[] readToEnd() throws IOException {
    return socket.getInputStream().readAllBytes();
  }

  boolean hasNothingToRead() throws IOException {
    return socket.getInputStream().available() == 0;
  }

  void assertEchoes(String text) throws Exception {
    assertEchoes(ascii(text));
  }

  void assertEchoes(byte[] bytes) throws Exception {
    Thread sender = sendAside(bytes, bytes.length);
    assertThat(read(bytes.length)).isEqualTo(bytes);
    sender.join();
  }

  void assertReset() {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
