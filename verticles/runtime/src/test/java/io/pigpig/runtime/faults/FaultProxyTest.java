package io.pigpig.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each fault of the proxy in front of a server that echoes. */
final class FaultProxyTest {

  private static final Logger log = LoggerFactory.getLogger(FaultProxyTest.class);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration FOR_EVER = Duration.ofHours(1);
  private static final byte[] PING = ascii("ping");

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final Vertx vertx = Vertx.vertx();
  private NetServer echo;
  private FaultProxy proxy;

  @BeforeEach
  void open() throws Exception {
    log.info("seed {}", seed);
    echo =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.pipeTo(socket))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
    proxy = FaultProxy.start(vertx, "127.0.0.1", echo.actualPort());
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void withoutFaultsBytesComeBackAsTheyWereAndTheConnectionClosesOnBothSides() throws Exception {
    try (Socket socket = connect()) {
      assertEchoed(socket, bytes(3_000_000));
    }
    Eventually.holds("closed", SOON, () -> proxy.connections() == 0);
    assertThat(proxy.accepted()).isEqualTo(1);
    assertThat(proxy.passedBytes(Direction.TO_CLIENT)).isEqualTo(3_000_000);
  }

  @Test
  void latencyHoldsBytesBackUntilItIsHealed() throws Exception {
    proxy.delay(Direction.TO_SERVER, FOR_EVER, Duration.ZERO, random);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(PING);
      Eventually.holds("under way", SOON, () -> proxy.queuedBytes(Direction.TO_SERVER) == 4);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isZero();
      proxy.heal();
      assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(PING);
    }
  }

  @Test
  void jitterKeepsTheOrderOfTheBytes() throws Exception {
    for (Direction direction : Direction.values()) {
      proxy.delay(direction, Duration.ofMillis(1), Duration.ofMillis(20), new Random(seed));
    }
    try (Socket socket = connect()) {
      byte[] sent = bytes(200_000);
      Thread writer = writer(socket, sent, 1_000);
      assertThat(read(socket, sent.length)).as("seed " + seed).isEqualTo(sent);
      writer.join();
    }
  }

  @Test
  void aSlowLinkPassesBytesInSlicesAndPushesBackOnTheSender() throws Exception {
    proxy.limitRate(Direction.TO_SERVER, 100);
    try (Socket socket = connect()) {
      byte[] sent = bytes(20_000_000);
      Thread writer = writer(socket, sent, sent.length);
      assertThat(socket.getInputStream().read()).isEqualTo(sent[0] & 0xff);
      Eventually.holds(
          "the queue full",
          SOON,
          () -> proxy.queuedBytes(Direction.TO_SERVER) > Pipe.QUEUE_BYTES_MAX);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isLessThan(sent.length / 100);
      assertThat(proxy.queuedBytes(Direction.TO_SERVER)).isLessThan(2 * Pipe.QUEUE_BYTES_MAX);
      assertThat(writer.isAlive()).isTrue();
      proxy.heal();
      byte[] rest = read(socket, sent.length - 1);
      assertThat(rest[rest.length - 1]).isEqualTo(sent[sent.length - 1]);
      writer.join();
    }
  }

  @Test
  void aReaderThatStandsStillStopsTheSender() throws Exception {
    try (Socket socket = connect()) {
      byte[] sent = bytes(60_000_000);
      Thread writer = writer(socket, sent, sent.length);
      Eventually.holds("nothing moves", SOON, this::nothingMoves);
      assertThat(writer.isAlive()).isTrue();
      assertThat(proxy.queuedBytes(Direction.TO_CLIENT)).isLessThan(2 * Pipe.QUEUE_BYTES_MAX);
      assertThat(read(socket, sent.length)).as("seed " + seed).isEqualTo(sent);
      writer.join();
    }
  }

  @Test
  void exactlySoManyBytesPassBeforeTheCut() throws Exception {
    try (Socket socket = connect();
        Socket other = connect()) {
      assertEchoed(socket, PING);
      Future<Void> cut = proxy.cutAfter(Direction.TO_CLIENT, 6);
      socket.getOutputStream().write(ascii("0123456789"));
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(ascii("012345"));
      cut.await(30, TimeUnit.SECONDS);
      assertEchoed(other, PING);
      Eventually.holds("closed", SOON, () -> proxy.connections() == 1);
    }
  }

  @Test
  void aRequestThatFitsIsLostAlsoWhenItComesInPieces() throws Exception {
    try (Socket socket = connect()) {
      Future<Void> cut = proxy.cutWhen(Direction.TO_SERVER, FaultProxy.containing("COMMIT"));
      assertEchoed(socket, ascii("BEGIN COM"));
      socket.getOutputStream().write(ascii("MIT"));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      cut.await(30, TimeUnit.SECONDS);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(9);
    }
    try (Socket socket = connect()) {
      assertEchoed(socket, ascii("COMMIT"));
    }
  }

  @Test
  void theReplyToARequestThatFitsIsLostAndTheRequestIsNot() throws Exception {
    try (Socket socket = connect();
        Socket other = connect()) {
      Future<Void> cut = proxy.cutReplyTo(FaultProxy.containing("COMMIT"));
      assertEchoed(other, PING);
      assertEchoed(socket, PING);
      socket.getOutputStream().write(ascii("COMMIT"));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      cut.await(30, TimeUnit.SECONDS);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(14);
      assertThat(proxy.passedBytes(Direction.TO_CLIENT)).isEqualTo(8);
      assertEchoed(other, PING);
    }
  }

  @Test
  void aTriggerStrikesOnceAndSeesOnlyWhatCameAfterItWasSet() throws Exception {
    try (Socket socket = connect()) {
      assertEchoed(socket, ascii("COMMIT"));
      Future<Void> cut = proxy.cutWhen(Direction.TO_SERVER, FaultProxy.containing("COMMIT"));
      assertEchoed(socket, PING);
      assertThatThrownBy(
              () -> proxy.cutWhen(Direction.TO_SERVER, FaultProxy.containing("ROLLBACK")))
          .hasRootCauseInstanceOf(IllegalStateException.class);
      proxy.heal();
      assertThat(cut.failed()).isTrue();
      assertEchoed(socket, ascii("COMMIT"));
    }
  }

  @Test
  void aResetIsSeenAsAResetAndNewConnectionsWork() throws Exception {
    try (Socket socket = connect()) {
      assertEchoed(socket, PING);
      proxy.reset();
      assertReset(socket);
    }
    Eventually.holds("closed", SOON, () -> proxy.connections() == 0);
    try (Socket socket = connect()) {
      assertEchoed(socket, PING);
    }
  }

  @Test
  void aBlackHoleKeepsTheSocketsAndLetsBytesGoOnWhenItIsGone() throws Exception {
    try (Socket socket = connect()) {
      assertEchoed(socket, PING);
      proxy.clog(Direction.TO_SERVER);
      proxy.clog(Direction.TO_CLIENT);
      socket.getOutputStream().write(PING);
      try (Socket late = connect()) {
        late.getOutputStream().write(PING);
        Eventually.holds("accepted", SOON, () -> proxy.connections() == 2);
        assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(4);
        assertThat(socket.getInputStream().available()).isZero();
        proxy.unclog(Direction.TO_SERVER);
        proxy.unclog(Direction.TO_CLIENT);
        assertThat(late.getInputStream().readNBytes(4)).isEqualTo(PING);
      }
      assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(PING);
    }
  }

  @Test
  void aHalfOpenLinkPassesRequestsAndKeepsTheAnswers() throws Exception {
    try (Socket socket = connect()) {
      proxy.clog(Direction.TO_CLIENT);
      socket.getOutputStream().write(PING);
      Eventually.holds("passed", SOON, () -> proxy.passedBytes(Direction.TO_SERVER) == 4);
      assertThat(proxy.passedBytes(Direction.TO_CLIENT)).isZero();
      proxy.heal();
      assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(PING);
    }
  }

  @Test
  void aCloseInABlackHoleReachesTheOtherSideWhenItIsGone() throws Exception {
    try (Socket socket = connect()) {
      assertEchoed(socket, PING);
      proxy.clog(Direction.TO_SERVER);
      socket.getOutputStream().write(PING);
    }
    assertThat(proxy.connections()).isEqualTo(1);
    proxy.unclog(Direction.TO_SERVER);
    Eventually.holds("closed", SOON, () -> proxy.connections() == 0);
    assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(8);
  }

  @Test
  void refusedAreNewConnectionsOnly() throws Exception {
    try (Socket socket = connect()) {
      assertEchoed(socket, PING);
      proxy.refuse();
      assertThatThrownBy(
              () -> {
                try (Socket refused = connect()) {
                  assertReset(refused);
                  throw new SocketException("reset");
                }
              })
          .isInstanceOf(SocketException.class);
      assertEchoed(socket, PING);
      proxy.heal();
      try (Socket again = connect()) {
        assertEchoed(again, PING);
      }
    }
  }

  @Test
  void withoutAServerBehindItConnectionsAreReset() throws Exception {
    echo.close().await(30, TimeUnit.SECONDS);
    try (Socket socket = connect()) {
      assertReset(socket);
    }
  }

  @Test
  void aSwizzleClogsEveryLinkOnceAndUnclogsItOnce() throws Exception {
    List<FaultProxy> links =
        List.of(
            proxy,
            FaultProxy.start(vertx, "127.0.0.1", echo.actualPort()),
            FaultProxy.start(vertx, "127.0.0.1", echo.actualPort()));
    Swizzle swizzle = new Swizzle(links, seed);
    assertThat(new Swizzle(links, seed).order()).isEqualTo(swizzle.order());
    assertThat(swizzle.order()).hasSize(6);
    assertThat(new HashSet<>(swizzle.order().subList(0, 3))).hasSize(3);
    assertThat(new HashSet<>(swizzle.order().subList(3, 6))).hasSize(3);
    for (int i = 0; i < 6; i++) {
      swizzle.step();
      try (Socket socket = connect(links.get(swizzle.order().get(i)))) {
        socket.getOutputStream().write(PING);
        if (i >= 3) {
          assertThat(socket.getInputStream().readNBytes(4)).as(swizzle.toString()).isEqualTo(PING);
        }
      }
    }
    assertThat(swizzle.hasStep()).isFalse();
    links.get(1).close();
    links.get(2).close();
  }

  @Test
  void aUrlIsLedThroughTheProxyWithItsUserDatabaseAndQuery() {
    assertThat(proxy.through("postgresql://a:b%40c@db.example:5432/shop?sslmode=disable"))
        .isEqualTo("postgresql://a:b%40c@127.0.0.1:" + proxy.port() + "/shop?sslmode=disable");
    assertThat(proxy.through("redis://127.0.0.1:6379/3"))
        .isEqualTo("redis://127.0.0.1:" + proxy.port() + "/3");
  }

  private boolean nothingMoves() {
    long before = proxy.passedBytes(Direction.TO_CLIENT);
    vertx.timer(200, TimeUnit.MILLISECONDS).toCompletionStage().toCompletableFuture().join();
    return before > 0 && before == proxy.passedBytes(Direction.TO_CLIENT);
  }

  private Socket connect() throws IOException {
    return connect(proxy);
  }

  private static Socket connect(FaultProxy to) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Writes from a thread of its own, because a link may push back. */
  private static Thread writer(Socket socket, byte[] bytes, int chunk) {
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

  private static void assertEchoed(Socket socket, byte[] bytes) throws Exception {
    Thread writer = writer(socket, bytes, bytes.length);
    assertThat(read(socket, bytes.length)).isEqualTo(bytes);
    writer.join();
  }

  private static byte[] read(Socket socket, int length) throws IOException {
    byte[] bytes = new byte[length];
    new DataInputStream(socket.getInputStream()).readFully(bytes);
    return bytes;
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
