package io.pigpig.perf.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Says one word to Redis over a socket of its own; no client library between us and the fault. */
public final class RedisSocket {

  private static final int TIMEOUT_MILLIS = 5_000;

  private RedisSocket() {}

  /** A unit that is in the ledger and not in the gate. */
  private static final String TAKE_ONE =
      "EVAL \"local gate = redis.call('KEYS', 'pigpig:*:stock')[1]"
          + " redis.call('HINCRBY', gate, redis.call('HKEYS', gate)[1], -1)"
          + " return redis.status_reply('OK')\" 0";

  /** Empties the server. Throws IOException when it does not answer {@code +OK}. */
  public static void flushAll(int port) throws IOException {
    ask(port, "FLUSHALL");
  }

  /** Makes the stock gate differ from the ledger. Throws IOException when there is no gate. */
  public static void takeOneUnit(int port) throws IOException {
    ask(port, TAKE_ONE);
  }

  /** What {@code INFO} says of a section. */
  public static String info(int port, String section) throws IOException {
    try (Socket socket = connect(port)) {
      InputStream in = send(socket, "INFO " + section);
      // A bulk string: $LENGTH, then so many bytes.
      StringBuilder length = new StringBuilder();
      for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
        length.append((char) next);
      }
      byte[] text = in.readNBytes(Integer.parseInt(length.substring(1).strip()));
      return new String(text, StandardCharsets.US_ASCII);
    }
  }

  private static void ask(int port, String command) throws IOException {
    try (Socket socket = connect(port)) {
      byte[] answer = send(socket, command).readNBytes(5);
      if (!new String(answer, StandardCharsets.US_ASCII).equals("+OK\r\n")) {
        throw new IOException(command + ": " + new String(answer, StandardCharsets.US_ASCII));
      }
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static InputStream send(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    return new BufferedInputStream(socket.getInputStream());
  }
}
