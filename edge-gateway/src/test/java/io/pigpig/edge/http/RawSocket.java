package io.pigpig.edge.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Sends bytes as they are and reads what comes back until the server closes or falls silent. */
final class RawSocket {

  private static final int SILENCE_MILLIS = 20_000;

  private RawSocket() {}

  /** Sends the text and reads until the connection is closed by the server. */
  static String untilClosed(int port, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(SILENCE_MILLIS);
      try {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
      } catch (SocketException e) {
        // The server may close while a request that is too long is still being sent.
        return all(socket);
      }
      return all(socket);
    }
  }

  /** The status codes of all answers in {@code received}, in order. */
  static List<Integer> statuses(String received) {
    return Pattern.compile("HTTP/1\\.[01] (\\d{3})")
        .matcher(received)
        .results()
        .map(found -> Integer.parseInt(found.group(1)))
        .toList();
  }

  private static String all(Socket socket) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        received.write(buffer, 0, n);
      }
    } catch (SocketException e) {
      // A reset ends the answer as a close does.
      return received.toString(StandardCharsets.UTF_8);
    }
    return received.toString(StandardCharsets.UTF_8);
  }
}
