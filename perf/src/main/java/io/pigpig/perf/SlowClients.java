package io.pigpig.perf;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.scenario.Leg;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections that waste a server's time until they are cut off, and then come again.
 *
 * <p>A virtual thread each, until {@link #close}.
 */
final class SlowClients implements AutoCloseable {

  private static final Duration BETWEEN_BYTES = Duration.ofMillis(500);
  private static final Duration BEFORE_AGAIN = Duration.ofMillis(200);
  private static final int CONNECT_MILLIS = 2_000;

  /** So little that a server's answers soon find no room. */
  private static final int RECEIVED_BYTES_MAX = 4_096;

  /**
   * Their answers are more than a server's socket takes; asking without end would only cost CPU.
   */
  private static final int ASKED_AT_ONCE = 512;

  private static final String HEAD = "POST /api/v1/orders HTTP/1.1\r\nHost: localhost\r\n";
  private static final String BODY = "Content-Type: application/json\r\nContent-Length: 4000\r\n";
  private static final String ASK = "GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** Sends until it is cut off, which throws IOException. */
  @FunctionalInterface
  private interface Dawdling {
    void on(Socket socket) throws IOException;
  }

  private final int port;
  private final String token;
  private final Wait wait = new Wait(Ticker.system());
  private final AtomicLong cutOff = new AtomicLong();
  private final AtomicLong unconnected = new AtomicLong();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  SlowClients(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /** Beside the load of a plan; with a token, as a server need not wait for a body without. */
  static SlowClients of(LoadPlan plan) {
    List<String> tokens = plan.requests().tokens();
    return new SlowClients(plan.target().port(), tokens.isEmpty() ? "" : tokens.getFirst());
  }

  void start(Leg.SlowClients clients) {
    start(clients.header(), socket -> drip(socket, HEAD + "X-Slow: ", "x"));
    String head = HEAD + "Authorization: Bearer " + token + "\r\nIdempotency-Key: ";
    start(
        clients.body(),
        socket -> drip(socket, head + "slow-" + key() + "\r\n" + BODY + "\r\n", " "));
    start(clients.reader(), socket -> drip(socket, ASK.repeat(ASKED_AT_ONCE), ASK));
  }

  private void start(int clients, Dawdling dawdling) {
    for (int i = 0; i < clients; i++) {
      threads.execute(() -> again(dawdling));
    }
  }

  private void again(Dawdling dawdling) {
    while (!threads.isShutdown()) {
      try (Socket socket = new Socket()) {
        if (connect(socket)) {
          dawdle(dawdling, socket);
        }
      } catch (IOException unopened) {
        // It was closed, and had nothing left to say.
      }
      wait.pause(BEFORE_AGAIN);
    }
  }

  private boolean connect(Socket socket) {
    try {
      socket.setReceiveBufferSize(RECEIVED_BYTES_MAX);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException refused) {
      count(unconnected);
      return false;
    }
  }

  private void dawdle(Dawdling dawdling, Socket socket) {
    try {
      dawdling.on(socket);
    } catch (IOException ended) {
      count(cutOff);
    }
  }

  /** Unless it is over. */
  private void count(AtomicLong counter) {
    if (!threads.isShutdown()) {
      counter.incrementAndGet();
    }
  }

  private long key() {
    return Ticker.system().nanos();
  }

  private void drip(Socket socket, String begin, String rest) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(begin.getBytes(StandardCharsets.US_ASCII));
    while (!threads.isShutdown()) {
      wait.pause(BETWEEN_BYTES);
      out.write(rest.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** How often one was cut off. */
  long cutOff() {
    return cutOff.get();
  }

  /** How often one could not connect, and wasted nobody's time. */
  long unconnected() {
    return unconnected.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
