package io.pigpig.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.time.Duration;
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
  private static final byte[] PING = EchoClient.ascii("ping");

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
    try (EchoClient client = connect()) {
      client.assertEchoes(bytes(3_000_000));
    }
    Eventually.holds("closed", SOON, () -> proxy.connections() == 0);
    assertThat(proxy.accepted()).isEqualTo(1);
    assertThat(proxy.passedBytes(Direction.TO_CLIENT)).isEqualTo(3_000_000);
  }

  @Test
  void latencyHoldsBytesBackUntilItIsHealed() throws Exception {
    proxy.delay(Direction.TO_SERVER, FOR_EVER, Duration.ZERO, random);
    try (EchoClient client = connect()) {
      client.send("ping");
      Eventually.holds("under way", SOON, () -> proxy.queuedBytes(Direction.TO_SERVER) == 4);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isZero();
      proxy.heal();
      assertThat(client.read(4)).isEqualTo(PING);
    }
  }

  @Test
  void jitterKeepsTheOrderOfTheBytes() throws Exception {
    for (Direction direction : Direction.values()) {
      proxy.delay(direction, Duration.ofMillis(1), Duration.ofMillis(20), new Random(seed));
    }
    try (EchoClient client = connect()) {
      byte[] sent = bytes(200_000);
      Thread sender = client.sendAside(sent, 1_000);
      assertThat(client.read(sent.length)).as("seed " + seed).isEqualTo(sent);
      sender.join();
    }
  }

  @Test
  void aSlowLinkPassesBytesInSlicesAndPushesBackOnTheSender() throws Exception {
    proxy.limitRate(Direction.TO_SERVER, 100);
    try (EchoClient client = connect()) {
      byte[] sent = bytes(20_000_000);
      Thread sender = client.sendAside(sent, sent.length);
      assertThat(client.read(1)[0]).isEqualTo(sent[0]);
      Eventually.holds(
          "the queue full",
          SOON,
          () -> proxy.queuedBytes(Direction.TO_SERVER) > Pipe.QUEUE_BYTES_MAX);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isLessThan(sent.length / 100);
      assertThat(proxy.queuedBytes(Direction.TO_SERVER)).isLessThan(2 * Pipe.QUEUE_BYTES_MAX);
      assertThat(sender.isAlive()).isTrue();
      proxy.heal();
      byte[] rest = client.read(sent.length - 1);
      assertThat(rest[rest.length - 1]).isEqualTo(sent[sent.length - 1]);
      sender.join();
    }
  }

  @Test
  void newConnectionsGoWhereTheyAreLedAndThoseOpenStay() throws Exception {
    NetServer greeter =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.write("hello"))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
    try (EchoClient before = connect()) {
      before.send("ping");
      assertThat(before.read(4)).isEqualTo(PING);
      proxy.leadTo("tcp://127.0.0.1:" + greeter.actualPort());
      try (EchoClient after = connect()) {
        assertThat(after.read(5)).isEqualTo(EchoClient.ascii("hello"));
      }
      before.send("ping");
      assertThat(before.read(4)).isEqualTo(PING);
    }
  }

  @Test
  void aReaderThatStandsStillStopsTheSender() throws Exception {
    try (EchoClient client = connect()) {
      byte[] sent = bytes(60_000_000);
      Thread sender = client.sendAside(sent, sent.length);
      Eventually.holds("nothing moves", SOON, this::nothingMoves);
      assertThat(sender.isAlive()).isTrue();
      assertThat(proxy.queuedBytes(Direction.TO_CLIENT)).isLessThan(2 * Pipe.QUEUE_BYTES_MAX);
      assertThat(client.read(sent.length)).as("seed " + seed).isEqualTo(sent);
      sender.join();
    }
  }

  @Test
  void exactlySoManyBytesPassBeforeTheCut() throws Exception {
    try (EchoClient client = connect();
        EchoClient other = connect()) {
      client.assertEchoes("ping");
      Future<Void> cut = proxy.cutAfter(Direction.TO_CLIENT, 6);
      client.send("0123456789");
      assertThat(client.readToEnd()).isEqualTo(EchoClient.ascii("012345"));
      cut.await(30, TimeUnit.SECONDS);
      other.assertEchoes("ping");
      Eventually.holds("closed", SOON, () -> proxy.connections() == 1);
    }
  }

  @Test
  void aRequestThatFitsIsLostAlsoWhenItComesInPieces() throws Exception {
    try (EchoClient client = connect()) {
      Future<Void> cut = proxy.cutWhen(Direction.TO_SERVER, FaultProxy.containing("COMMIT"));
      client.assertEchoes("BEGIN COM");
      client.send("MIT");
      assertThat(client.readToEnd()).isEmpty();
      cut.await(30, TimeUnit.SECONDS);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(9);
    }
    try (EchoClient client = connect()) {
      client.assertEchoes("COMMIT");
    }
  }

  @Test
  void theReplyToARequestThatFitsIsLostAndTheRequestIsNot() throws Exception {
    try (EchoClient client = connect();
        EchoClient other = connect()) {
      Future<Void> cut = proxy.cutReplyTo(FaultProxy.containing("COMMIT"));
      other.assertEchoes("ping");
      client.assertEchoes("ping");
      client.send("COMMIT");
      assertThat(client.readToEnd()).isEmpty();
      cut.await(30, TimeUnit.SECONDS);
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(14);
      assertThat(proxy.passedBytes(Direction.TO_CLIENT)).isEqualTo(8);
      other.assertEchoes("ping");
    }
  }

  @Test
  void aTriggerStrikesOnceAndSeesOnlyWhatCameAfterItWasSet() throws Exception {
    try (EchoClient client = connect()) {
      client.assertEchoes("COMMIT");
      Future<Void> cut = proxy.cutWhen(Direction.TO_SERVER, FaultProxy.containing("COMMIT"));
      client.assertEchoes("ping");
      assertThatThrownBy(
              () -> proxy.cutWhen(Direction.TO_SERVER, FaultProxy.containing("ROLLBACK")))
          .hasRootCauseInstanceOf(IllegalStateException.class);
      proxy.heal();
      assertThat(cut.failed()).isTrue();
      client.assertEchoes("COMMIT");
    }
  }

  @Test
  void aResetIsSeenAsAResetAndNewConnectionsWork() throws Exception {
    try (EchoClient client = connect()) {
      client.assertEchoes("ping");
      proxy.reset();
      client.assertReset();
    }
    Eventually.holds("closed", SOON, () -> proxy.connections() == 0);
    try (EchoClient client = connect()) {
      client.assertEchoes("ping");
    }
  }

  @Test
  void aBlackHoleKeepsTheSocketsAndLetsBytesGoOnWhenItIsGone() throws Exception {
    try (EchoClient client = connect()) {
      client.assertEchoes("ping");
      proxy.clog(Direction.TO_SERVER);
      proxy.clog(Direction.TO_CLIENT);
      client.send("ping");
      try (EchoClient late = connect()) {
        late.send("ping");
        Eventually.holds("accepted", SOON, () -> proxy.connections() == 2);
        assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(4);
        assertThat(client.hasNothingToRead()).isTrue();
        proxy.unclog(Direction.TO_SERVER);
        proxy.unclog(Direction.TO_CLIENT);
        assertThat(late.read(4)).isEqualTo(PING);
      }
      assertThat(client.read(4)).isEqualTo(PING);
    }
  }

  @Test
  void aConnectionThatWasSilencedStaysSilentAndNewOnesAreNot() throws Exception {
    try (EchoClient dead = connect()) {
      dead.assertEchoes("ping");
      proxy.silence();
      dead.send("ping");
      try (EchoClient fresh = connect()) {
        fresh.assertEchoes("ping");
      }
      proxy.heal();
      assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(8);
      assertThat(dead.hasNothingToRead()).isTrue();
    }
  }

  @Test
  void aHalfOpenLinkPassesRequestsAndKeepsTheAnswers() throws Exception {
    try (EchoClient client = connect()) {
      proxy.clog(Direction.TO_CLIENT);
      client.send("ping");
      Eventually.holds("passed", SOON, () -> proxy.passedBytes(Direction.TO_SERVER) == 4);
      assertThat(proxy.passedBytes(Direction.TO_CLIENT)).isZero();
      proxy.heal();
      assertThat(client.read(4)).isEqualTo(PING);
    }
  }

  @Test
  void aCloseInABlackHoleReachesTheOtherSideWhenItIsGone() throws Exception {
    try (EchoClient client = connect()) {
      client.assertEchoes("ping");
      proxy.clog(Direction.TO_SERVER);
      client.send("ping");
    }
    assertThat(proxy.connections()).isEqualTo(1);
    proxy.unclog(Direction.TO_SERVER);
    Eventually.holds("closed", SOON, () -> proxy.connections() == 0);
    assertThat(proxy.passedBytes(Direction.TO_SERVER)).isEqualTo(8);
  }

  @Test
  void refusedAreNewConnectionsOnly() throws Exception {
    try (EchoClient client = connect()) {
      client.assertEchoes("ping");
      proxy.refuse();
      try (EchoClient refused = connect()) {
        refused.assertReset();
      }
      client.assertEchoes("ping");
      proxy.heal();
      try (EchoClient again = connect()) {
        again.assertEchoes("ping");
      }
    }
  }

  @Test
  void withoutAServerBehindItConnectionsAreReset() throws Exception {
    echo.close().await(30, TimeUnit.SECONDS);
    try (EchoClient client = connect()) {
      client.assertReset();
    }
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

  private EchoClient connect() throws IOException {
    return new EchoClient(proxy);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
