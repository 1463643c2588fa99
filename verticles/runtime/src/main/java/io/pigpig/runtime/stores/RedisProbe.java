package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/**
 * Blocking questions to a Redis of the user's own. Five components, since its URL has that many
 * parts.
 *
 * @param password empty for none
 */
record RedisProbe(String host, int port, boolean tls, String user, String password) {

  private static final int PATIENCE_MS = 5_000;
  private static final int DEFAULT_PORT = 6379;
  private static final int ANSWER_BYTES_MAX = 1 << 16;

  /**
   * Reads {@code redis://user:password@host:port} or {@code rediss://}.
   *
   * @throws StartupFailure that does not repeat the URL, since it may carry a password
   */
  static RedisProbe of(String url) {
    try {
      URI uri = new URI(url);
      boolean tls = "rediss".equals(uri.getScheme());
      if (uri.getHost() == null || (!tls && !"redis".equals(uri.getScheme()))) {
        throw new StartupFailure("The Redis URL is not redis://user:password@host:port.");
      }
      String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
      String[] user = userInfo.split(":", 2);
      int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
      return new RedisProbe(
          uri.getHost(), port, tls, decoded(user[0]), user.length < 2 ? "" : decoded(user[1]));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new StartupFailure("The Redis URL is not redis://user:password@host:port.");
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  String address() {
    return host + ":" + port;
  }

  /**
   * What it answers to commands that are answered by a text or a number, in their order.
   *
   * @throws IOException if it cannot be asked or answers an error
   */
  List<String> ask(List<List<String>> commands) throws IOException {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), PATIENCE_MS);
      plain.setSoTimeout(PATIENCE_MS);
      if (!tls) {
        return ask(plain, commands);
      }
      var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
      try (Socket secured = factory.createSocket(plain, host, port, true)) {
        return ask(secured, commands);
      }
    }
  }

  private List<String> ask(Socket socket, List<List<String>> commands) throws IOException {
    InputStream in = socket.getInputStream();
    if (!password.isEmpty()) {
      send(socket, user.isEmpty() ? List.of("AUTH", password) : List.of("AUTH", user, password));
      String answer = line(in);
      if (!answer.startsWith("+OK")) {
        throw new IOException(answer.substring(Math.min(1, answer.length())));
      }
    }
    List<String> answers = new ArrayList<>();
    for (List<String> command : commands) {
      send(socket, command);
      answers.add(text(in));
    }
    return answers;
  }

  private static String text(InputStream in) throws IOException {
    String head = line(in);
    if (head.startsWith("+") || head.startsWith(":")) {
      return head.substring(1);
    }
    if (!head.startsWith("$")) {
      throw new IOException(head.substring(Math.min(1, head.length())));
    }
    int size = Integer.parseInt(head.substring(1));
    if (size < 0 || size > ANSWER_BYTES_MAX) {
      throw new IOException("it answers " + size + " bytes");
    }
    String text = new String(in.readNBytes(size), StandardCharsets.UTF_8);
    line(in);
    return text;
  }

  private static void send(Socket socket, List<String> words) throws IOException {
    StringBuilder command = new StringBuilder("*").append(words.size()).append("\r\n");
    for (String word : words) {
      int bytes = word.getBytes(StandardCharsets.UTF_8).length;
      command.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
    }
    socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c == -1 || line.length() > 1024) {
        throw new IOException("it does not speak the Redis protocol");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "redis://" + address();
  }
}
