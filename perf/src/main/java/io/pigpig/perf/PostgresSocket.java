package io.pigpig.perf;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Asks Postgres for a session over a socket of its own and goes away: it asks for the password only
 * when it serves, and says {@code 57P03} while it recovers.
 */
final class PostgresSocket {

  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int PROTOCOL = 3 << 16;
  private static final char AUTHENTICATION = 'R';

  private PostgresSocket() {}

  /** Whether a session would be given now. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(startup());
      return socket.getInputStream().read() == AUTHENTICATION;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** StartupMessage: length, protocol 3.0, then names and values. */
  private static byte[] startup() throws IOException {
    byte[] words = "user\0pigpig\0database\0pigpig\0\0".getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(2 * Integer.BYTES + words.length);
    out.writeInt(PROTOCOL);
    out.write(words);
    return bytes.toByteArray();
  }
}
