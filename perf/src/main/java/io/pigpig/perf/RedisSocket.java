package io.pigpig.perf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Says one word to Redis over a socket of its own; no client library between us and the fault. */
final class RedisSocket {

  private static final int TIMEOUT_MILLIS = 5_000;

  private RedisSocket() {}

  /** Empties the server. Throws IOException when it does not answer {@code +OK}. */
  static void flushAll(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      if (!new String(answer, StandardCharsets.US_ASCII).equals("+OK\r\n")) {
        throw new IOException("FLUSHALL: " + new String(answer, StandardCharsets.US_ASCII));
      }
    }
  }
}
